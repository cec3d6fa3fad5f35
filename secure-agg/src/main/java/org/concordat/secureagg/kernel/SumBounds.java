package org.concordat.secureagg.kernel;

/**
 * What a sum of updates within the job's terms cannot exceed ("A sum that cannot be"). With L
 * levels, L_w weight levels, k survivors and m coordinates:
 *
 * <ul>
 *   <li>each coordinate is within ± k·L, since every quantised one is within ± L;
 *   <li>the weight is within 1 and k·L_w;
 *   <li>the norm is at most {@code L · clip / coordinateBound · Σ w/w_max + k·√m}: a clipped update
 *       has at most the clip norm, and rounding moves each coordinate by less than 1. {@code Σ
 *       w/w_max} is known up to the weights' own rounding, less than 1 each.
 * </ul>
 *
 * <p>All bounds hold with certainty for members that follow the protocol: there is no false alarm.
 * What they do not catch: any vector within them. The norm says little where the clip norm is near
 * {@code coordinateBound · √m}: noise that is uniform within the coordinate bound has 0.58 of that
 * norm.
 *
 * @param quantisation the job's
 * @param cohortSize n, which decides how many levels the weight has
 * @param survivors k, 1 to n
 */
public record SumBounds(Quantisation quantisation, int cohortSize, int survivors) {
  /** Rounding of a double-precision sum of squares, relative; the bound has the integers exact. */
  private static final double SLACK = 1 + 1e-9;

  /**
   * Checks a sum before it is released, or before a state that follows from it is signed.
   *
   * @param sum m + 1 centred words, weight last
   * @throws NoWeightException if the weights add up to 0
   * @throws ImpossibleSumException naming the coordinate, the weight or the norm
   */
  public void check(int[] sum) {
    int m = sum.length - 1;
    long most = (long) survivors * quantisation.levels();
    requireWithin(sum, m, most);
    int weightLevels = quantisation.weightLevels(cohortSize);
    long mostWeight = (long) survivors * weightLevels;
    if (sum[m] == 0) {
      throw new NoWeightException(0);
    }
    if (sum[m] < 0 || sum[m] > mostWeight) {
      throw new ImpossibleSumException(
          "the weight of the sum is %d, %d survivors can give 1 to %d"
              .formatted(sum[m], survivors, mostWeight));
    }
    double norm = Math.sqrt(squares(sum, m));
    double mostNorm =
        mostNorm(m, Math.min(survivors, (sum[m] + (double) survivors) / weightLevels));
    if (norm > mostNorm) {
      throw new ImpossibleSumException(
          "the sum has norm %.0f, %d clipped updates of these weights can give at most %.0f"
              .formatted(norm, survivors, mostNorm));
    }
  }

  private void requireWithin(int[] sum, int m, long most) {
    int least = 0;
    int greatest = 0;
    for (int i = 0; i < m; i++) { // no branch in it: a processor takes several at once
      least = Math.min(least, sum[i]);
      greatest = Math.max(greatest, sum[i]);
    }
    for (int i = 0; (least < -most || greatest > most) && i < m; i++) {
      if (sum[i] > most || sum[i] < -most) {
        throw new ImpossibleSumException(
            "coordinate %d of the sum is %d, %d survivors can give at most ± %d"
                .formatted(i, sum[i], survivors, most));
      }
    }
  }

  /** Four chains of additions: one alone waits for each sum before the next. */
  private static double squares(int[] sum, int m) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = m - m % 4;
    for (int i = 0; i < whole; i += 4) {
      a += (double) sum[i] * sum[i];
      b += (double) sum[i + 1] * sum[i + 1];
      c += (double) sum[i + 2] * sum[i + 2];
      d += (double) sum[i + 3] * sum[i + 3];
    }
    for (int i = whole; i < m; i++) {
      a += (double) sum[i] * sum[i];
    }
    return a + b + (c + d);
  }

  private double mostNorm(int m, double shares) {
    double steps =
        quantisation.levels() * (quantisation.clipNormL2() / quantisation.coordinateBound());
    return (steps * shares + survivors * Math.sqrt(m)) * SLACK;
  }
}
