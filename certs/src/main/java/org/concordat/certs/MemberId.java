package org.concordat.certs;

import java.util.regex.Pattern;

/**
 * Short name of a participant, one DNS label: {@code [a-z][a-z0-9-]{1,40}}, not ending in a hyphen.
 */
public record MemberId(String value) implements Comparable<MemberId> {
  private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,39}[a-z0-9]");

  /**
   * @throws IllegalArgumentException on anything else
   */
  public MemberId {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "member id must be 2 to 41 of a-z, 0-9 and '-', starting with a letter and not ending in"
              + " '-': "
              + Quoted.text(value));
    }
  }

  @Override
  public int compareTo(MemberId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
