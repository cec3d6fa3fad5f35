package org.concordat.certs;

import java.util.regex.Pattern;

/**
 * Lower-case code of a jurisdiction of the alliance, one DNS label: {@code us}, {@code eu}, {@code
 * ch}, {@code us-ca}.
 */
public record Jurisdiction(String code) implements Comparable<Jurisdiction> {
  private static final Pattern SHAPE = Pattern.compile("[a-z]{2}(-[a-z0-9]{1,8})?");

  /**
   * @throws IllegalArgumentException on anything else
   */
  public Jurisdiction {
    if (!SHAPE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "jurisdiction must be a lower-case code such as us, eu or us-ca: " + Quoted.text(code));
    }
  }

  @Override
  public int compareTo(Jurisdiction other) {
    return code.compareTo(other.code);
  }

  @Override
  public String toString() {
    return code;
  }
}
