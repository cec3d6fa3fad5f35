package org.concordat.certs;

/**
 * Years of validity of the certificates that the offline authority signs; each at most its
 * issuer's.
 */
public record CaLifetimes(int rootYears, int jurisdictionYears, int memberYears) {
  /** 20, 10 and 5 years. */
  public static final CaLifetimes DEFAULT = new CaLifetimes(20, 10, 5);

  public CaLifetimes {
    if (memberYears < 1 || jurisdictionYears < memberYears || rootYears < jurisdictionYears) {
      throw new IllegalArgumentException(
          "lifetimes must be 1 year or more and member <= jurisdiction <= root: %d, %d, %d"
              .formatted(memberYears, jurisdictionYears, rootYears));
    }
    if (rootYears > 50) {
      throw new IllegalArgumentException("root lifetime is at most 50 years, not " + rootYears);
    }
  }
}
