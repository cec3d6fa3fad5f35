package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

/**
 * What a cohort drawn at random tolerates.
 *
 * @param size members of the cohort
 * @param colluders c: some cohort of the alliance has more colluders with probability at most
 *     {@code 2^-40} for one draw; colluders that make the draw repeat by withholding choose among
 *     at most {@value org.concordat.secureagg.message.Limits#DRAWS} draws, which costs up to three
 *     of the forty bits
 */
public record CohortBounds(int size, int colluders) {
  /** Base-2 logarithm of the probability that any cohort has more than c colluders. */
  public static final int FAILURE_LOG2 = -40;

  /**
   * The smallest c whose hypergeometric tail, times the number of cohorts, is at most {@code
   * 2^-40}.
   *
   * @param members of the alliance
   * @param colluding of them, at most {@code members}
   * @param size of the cohort, drawn without replacement
   */
  public static CohortBounds of(int members, int colluding, int size) {
    check(
        size >= 3 && size <= members && colluding >= 0 && colluding <= members,
        "a cohort of %d from %d members with %d colluders",
        size,
        members,
        colluding);
    double[] logFactorial = new double[members + 1];
    for (int i = 2; i <= members; i++) {
      logFactorial[i] = logFactorial[i - 1] + Math.log(i);
    }
    double allowed = Math.scalb(1.0, FAILURE_LOG2) * size / members;
    double tail = 0;
    int most = Math.min(colluding, size);
    for (int k = most; k > 0; k--) {
      tail += probability(logFactorial, members, colluding, size, k);
      if (tail > allowed) {
        return new CohortBounds(size, k);
      }
    }
    return new CohortBounds(size, 0);
  }

  /** {@code T = ⌊(n + c) / 2⌋ + 1}. */
  public int threshold() {
    return (size + colluders) / 2 + 1;
  }

  public int minSurvivors() {
    return Math.max(threshold(), 3 + colluders);
  }

  /** d while the colluders answer; below 0 no round can end. */
  public int toleratedDrops() {
    return size - minSurvivors();
  }

  /** Honest members that may drop while all colluders are silent; below 0 no round can end. */
  public int toleratedDropsWithSilentColluders() {
    return toleratedDrops() - colluders;
  }

  /** Exactly k colluders in the cohort. */
  private static double probability(double[] lf, int members, int colluding, int size, int k) {
    if (size - k > members - colluding) {
      return 0;
    }
    double ways =
        choose(lf, colluding, k)
            + choose(lf, members - colluding, size - k)
            - choose(lf, members, size);
    return Math.exp(ways);
  }

  private static double choose(double[] lf, int n, int k) {
    return lf[n] - lf[k] - lf[n - k];
  }
}
