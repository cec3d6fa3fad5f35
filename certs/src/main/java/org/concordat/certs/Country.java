package org.concordat.certs;

import java.util.Locale;
import java.util.Set;

/** ISO 3166-1 alpha-2 country code in upper case, as the JDK lists them. */
public record Country(String code) {
  private static final Set<String> ASSIGNED =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

  /**
   * @throws IllegalArgumentException on a code that is not assigned
   */
  public Country {
    if (!ASSIGNED.contains(code)) {
      throw new IllegalArgumentException(
          "country must be an ISO 3166-1 code of two capitals such as DE: " + Quoted.text(code));
    }
  }

  @Override
  public String toString() {
    return code;
  }
}
