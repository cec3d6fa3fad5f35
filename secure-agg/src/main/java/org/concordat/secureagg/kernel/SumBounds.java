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
    double squares = 0;
    for (int i = 0; i < m; i++) {
      long word = sum[i];
      if (word > most || word < -most) {
        throw new ImpossibleSumException(
            "coordinate %d of the sum is %d, %d survivors can give at most ± %d"
                .formatted(i, word, survivors, most));
      }
      squares += (double) (word * word);
    }
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
    double norm = Math.sqrt(squares);
    double mostNorm =
        mostNorm(m, Math.min(survivors, (sum[m] + (double) survivors) / weightLevels));
    if (norm > mostNorm) {
      throw new ImpossibleSumException(
          "the sum has norm %.0f, %d clipped updates of these weights can give at most %.0f"
              .formatted(norm, survivors, mostNorm));
    }
  }

  private double mostNorm(int m, double shares) {
    double steps =
        quantisation.levels() * (quantisation.clipNormL2() / quantisation.coordinateBound());
    return (steps * shares + survivors * Math.sqrt(m)) * SLACK;
  }
}
