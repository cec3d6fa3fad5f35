package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.kernel.NoWeightException;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.WeightedMean;

/** The released result of several cohorts: each cohort's weighted mean, weighted by its weight. */
public final class CohortSums {
  private CohortSums() {}

  /**
   * One cohort's sum.
   *
   * @param words centred, weight last
   * @param members n of the cohort
   */
  public record Sum(int[] words, int members) {}

  /**
   * {@code Σ w_i x_i / Σ w_i} over all cohorts, in their order, so that every member gets the same
   * bits. A cohort without weight adds nothing.
   *
   * @throws NoWeightException if no cohort has any weight
   */
  public static WeightedMean mean(Quantisation quantisation, List<Sum> cohorts) {
    check(!cohorts.isEmpty(), "no cohort's sum");
    int m = cohorts.get(0).words.length - 1;
    double[] total = new double[m];
    double weight = 0;
    for (Sum cohort : cohorts) {
      check(
          cohort.words.length == m + 1,
          "cohorts' sums of %d and %d words",
          m + 1,
          cohort.words.length);
      if (cohort.words[m] <= 0) {
        continue;
      }
      WeightedMean mean = new Quantiser(quantisation, cohort.members).mean(cohort.words);
      weight += mean.totalWeight();
      for (int i = 0; i < m; i++) {
        total[i] += mean.mean()[i] * mean.totalWeight();
      }
    }
    if (weight <= 0) {
      throw new NoWeightException(0);
    }
    for (int i = 0; i < m; i++) {
      total[i] /= weight;
    }
    return new WeightedMean(total, weight);
  }
}
