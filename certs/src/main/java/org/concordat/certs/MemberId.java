package org.concordat.certs;

/**
 * Short name of a participant, one DNS label: {@code [a-z][a-z0-9-]{1,40}}, not ending in a hyphen.
 */
public record MemberId(String value) implements Comparable<MemberId> {
  private static final int MIN_CHARS = 2;
  private static final int MAX_CHARS = 41;

  /**
   * @throws IllegalArgumentException on anything else
   */
  public MemberId {
    if (!isRight(value)) {
      throw new IllegalArgumentException(
          "member id must be 2 to 41 of a-z, 0-9 and '-', starting with a letter and not ending in"
              + " '-': "
              + Quoted.text(value));
    }
  }

  /** Without a regular expression: an id is made for each look into a roster. */
  private static boolean isRight(String value) {
    int last = value.length() - 1;
    if (last + 1 < MIN_CHARS || last + 1 > MAX_CHARS || value.charAt(last) == '-') {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      char c = value.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      if (!letter && (i == 0 || c != '-' && (c < '0' || c > '9'))) {
        return false;
      }
    }
    return true;
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
