package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.kernel.NoWeightException;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.WeightedMean;

/**
 * The released result of several cohorts: each cohort's weighted mean, weighted by its weight.
 * Takes one sum after the other, so that no more than one is in memory beside the result; the order
 * matters for the last bits, so that everybody adds in the order of the draw.
 */
public final class CohortSums {
  private final Quantisation quantisation;
  private final double[] total;
  private double weight;
  private int added;

  /**
   * @param elements of a sum, the weight included
   */
  public CohortSums(Quantisation quantisation, int elements) {
    check(elements >= 2, "sums of %d words", elements);
    this.quantisation = quantisation;
    this.total = new double[elements - 1];
  }

  /**
   * One cohort's sum.
   *
   * @param words centred, weight last
   * @param members n of the cohort
   */
  public record Sum(int[] words, int members) {}

  /** Adds the next cohort's sum. A cohort without weight adds nothing. */
  public CohortSums add(Sum cohort) {
    int m = total.length;
    check(
        cohort.words.length == m + 1,
        "cohorts' sums of %d and %d words",
        m + 1,
        cohort.words.length);
    added++;
    if (cohort.words[m] > 0) {
      WeightedMean mean = new Quantiser(quantisation, cohort.members).mean(cohort.words);
      weight += mean.totalWeight();
      for (int i = 0; i < m; i++) {
        total[i] += mean.mean()[i] * mean.totalWeight();
      }
    }
    return this;
  }

  /**
   * {@code Σ w_i x_i / Σ w_i} over all cohorts added.
   *
   * @throws NoWeightException if no cohort has any weight
   */
  public WeightedMean mean() {
    check(added > 0, "no cohort's sum");
    if (weight <= 0) {
      throw new NoWeightException(0);
    }
    double[] mean = new double[total.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = total[i] / weight;
    }
    return new WeightedMean(mean, weight);
  }

  /** The mean over all these cohorts, in their order. */
  public static WeightedMean mean(Quantisation quantisation, List<Sum> cohorts) {
    check(!cohorts.isEmpty(), "no cohort's sum");
    CohortSums sums = new CohortSums(quantisation, cohorts.get(0).words.length);
    cohorts.forEach(sums::add);
    return sums.mean();
  }
}
