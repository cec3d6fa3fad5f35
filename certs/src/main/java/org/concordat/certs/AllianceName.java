package org.concordat.certs;

import java.util.regex.Pattern;

/**
 * Name of the alliance as people read it: 1 to 63 of letters, digits, space, {@code . _ -},
 * beginning and ending with a letter or digit.
 */
public record AllianceName(String value) {
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9 ._-]{0,61}[A-Za-z0-9])?");

  /**
   * @throws IllegalArgumentException on anything else
   */
  public AllianceName {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "alliance name must be 1 to 63 of letters, digits, space, '.', '_', '-': "
              + Quoted.text(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
