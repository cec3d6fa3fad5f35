package org.concordat.secureagg.kernel;

import java.util.random.RandomGenerator;

/**
 * Reals to bounded integers and back, for one {@link Quantisation} and cohort size ("Ring, packing,
 * quantisation").
 */
public final class Quantiser {
  private final Quantisation parameters;
  private final int weightLevels;

  /**
   * @param members n of the cohort: decides how many levels the weight has
   * @throws org.concordat.secureagg.codec.MalformedMessageException if a sum over n members could
   *     wrap
   */
  public Quantiser(Quantisation parameters, int members) {
    this.parameters = parameters.requireNoWrap(members);
    this.weightLevels = parameters.weightLevels(members);
  }

  /**
   * Scales to {@code clipNormL2} if longer, then clamps each coordinate.
   *
   * @param update not changed
   * @throws BadUpdateException if a value is not finite, the norm overflows, or the weight is not
   *     in [0, maxWeight]
   */
  public Clipped clip(double[] update, double weight) {
    if (!(weight >= 0 && weight <= parameters.maxWeight())) {
      throw new BadUpdateException(
          "The weight is not in [0, %s]: check the sample count against the job's maxWeight."
              .formatted(parameters.maxWeight()));
    }
    double scale = Math.min(1, parameters.clipNormL2() / norm(update));
    double bound = parameters.coordinateBound();
    double[] values = new double[update.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(-bound, Math.min(bound, update[i] * scale));
    }
    return new Clipped(values, weight);
  }

  /**
   * Stochastic rounding, unbiased: {@code ⌊v + u⌋} with u uniform in [0, 1) from 32 random bits
   * (bias below 2^-32 of a step). Each word is within ± {@link Quantisation#levels()}, the weight,
   * last, within 0 and {@link Quantisation#weightLevels}.
   */
  public Quantised quantise(Clipped clipped, RandomGenerator random) {
    int m = clipped.values.length;
    int[] words = new int[m + 1];
    double share = clipped.weight / parameters.maxWeight();
    double scale = share * parameters.levels() / parameters.coordinateBound();
    int levels = parameters.levels();
    for (int i = 0; i < m; i++) {
      words[i] = Math.max(-levels, Math.min(levels, round(clipped.values[i] * scale, random)));
    }
    words[m] = Math.min(weightLevels, round(share * weightLevels, random));
    return new Quantised(words);
  }

  /**
   * The mean that a sum stands for.
   *
   * @param sum m + 1 centred words, weight last
   * @throws NoWeightException if the weights add up to 0 or less
   */
  public WeightedMean mean(int[] sum) {
    int m = sum.length - 1;
    int weightWord = sum[m];
    if (weightWord <= 0) {
      throw new NoWeightException(weightWord);
    }
    double weights = (double) weightWord / weightLevels;
    double scale = parameters.coordinateBound() / parameters.levels() / weights;
    double[] mean = new double[m];
    for (int i = 0; i < m; i++) {
      mean[i] = sum[i] * scale;
    }
    return new WeightedMean(mean, weights * parameters.maxWeight());
  }

  private static int round(double value, RandomGenerator random) {
    double uniform = (random.nextInt() & 0xffffffffL) * 0x1p-32;
    return (int) Math.floor(value + uniform);
  }

  private static double norm(double[] update) {
    double squares = 0;
    for (int i = 0; i < update.length; i++) {
      if (!Double.isFinite(update[i])) {
        throw new BadUpdateException(
            "Value " + i + " of the update is not finite: the training diverged.");
      }
      squares += update[i] * update[i];
    }
    if (!Double.isFinite(squares)) {
      throw new BadUpdateException("The update's L2 norm overflows: the training diverged.");
    }
    return Math.sqrt(squares);
  }
}
