package org.concordat.certs;

import java.util.regex.Pattern;

/**
 * The DNS domain under which every certificate name of the alliance lies, for example {@code
 * hearts.example}; lower case, at least two labels, at most 120 characters. It need not resolve:
 * configuration keeps addresses apart from certificate names.
 */
public record AllianceDomain(String value) {
  private static final Pattern SHAPE =
      Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final int MAX_LENGTH = 120;

  /**
   * @throws IllegalArgumentException on anything else
   */
  public AllianceDomain {
    if (value.length() > MAX_LENGTH || !SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "alliance domain must be a lower-case DNS name of two labels or more, at most "
              + MAX_LENGTH
              + " characters: "
              + Quoted.text(value));
    }
  }

  /** Subtree of one jurisdiction: {@code eu.hearts.example}. */
  public String of(Jurisdiction jurisdiction) {
    return jurisdiction.code() + "." + value;
  }

  /** Certificate name of one member: {@code lyon.eu.hearts.example}. */
  public String of(MemberId member, Jurisdiction jurisdiction) {
    return member.value() + "." + of(jurisdiction);
  }

  @Override
  public String toString() {
    return value;
  }
}
