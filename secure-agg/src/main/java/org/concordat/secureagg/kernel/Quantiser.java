package org.concordat.secureagg.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/**
 * Reals to bounded integers and back, for one {@link Quantisation} and cohort size ("Ring, packing,
 * quantisation").
 */
public final class Quantiser {
  /** Elements whose noise is drawn at a time, and rounded by all threads together. */
  private static final int PIECE = 1 << 19;

  private static final int FLOOR_OFFSET = 1 << 24;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
   * @param update not changed, and not to be changed until the result is quantised
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
    return new Clipped(update, scale, parameters.coordinateBound(), weight);
  }

  /**
   * Stochastic rounding, unbiased: {@code ⌊v + u⌋} with u uniform in [0, 1) from 32 random bits
   * (with the rounding of the addition, a bias below 2^-27 of a step). Each word is within ± {@link
   * Quantisation#levels()}, the weight, last, within 0 and {@link Quantisation#weightLevels}.
   */
  public Quantised quantise(Clipped clipped, RandomGenerator random) {
    int m = clipped.update.length;
    int[] words = new int[m + 1];
    double share = clipped.weight / parameters.maxWeight();
    double scale = share * parameters.levels() / parameters.coordinateBound();
    byte[] noise = new byte[4 * Math.min(m + 1, PIECE)];
    for (int from = 0; from < m; from += PIECE) {
      random.nextBytes(noise);
      int first = from;
      int count = Math.min(m - first, PIECE);
      Parts.each(
          count,
          Parts.threadsFor(count),
          (a, b) -> quantise(clipped, scale, noise, words, first, first + a, first + b));
    }
    double weight = Math.floor(share * weightLevels + uniform(random.nextInt()));
    words[m] = (int) Math.min(weightLevels, weight);
    return new Quantised(words);
  }

  /**
   * @param first the element that the noise begins at
   */
  private void quantise(
      Clipped clipped, double scale, byte[] noise, int[] words, int first, int from, int to) {
    int levels = parameters.levels();
    double[] update = clipped.update;
    double clip = clipped.scale;
    double bound = clipped.bound;
    for (int i = from; i < to; i++) {
      double value = update[i] * clip;
      value = value > bound ? bound : value < -bound ? -bound : value;
      int word = round(value * scale, (int) INT.get(noise, 4 * (i - first)));
      words[i] = word > levels ? levels : word < -levels ? -levels : word;
    }
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

  /** ⌊value + u⌋ for |value| below 2^24 (q is at most 24): the offset makes truncation a floor. */
  private static int round(double value, int randomBits) {
    return (int) (value + uniform(randomBits) + FLOOR_OFFSET) - FLOOR_OFFSET;
  }

  /** In [0, 1), a multiple of 2^-32. */
  private static double uniform(int randomBits) {
    return (randomBits + 0x1p31) * 0x1p-32;
  }

  private static double norm(double[] update) {
    double squares = sumOfSquares(update);
    if (!Double.isFinite(squares)) {
      throw notFinite(update);
    }
    return Math.sqrt(squares);
  }

  /** Four chains of additions: one alone waits for each sum before the next. */
  private static double sumOfSquares(double[] values) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = values.length & -4;
    for (int i = 0; i < whole; i += 4) {
      a += values[i] * values[i];
      b += values[i + 1] * values[i + 1];
      c += values[i + 2] * values[i + 2];
      d += values[i + 3] * values[i + 3];
    }
    for (int i = whole; i < values.length; i++) {
      a += values[i] * values[i];
    }
    return a + b + (c + d);
  }

  private static BadUpdateException notFinite(double[] update) {
    for (int i = 0; i < update.length; i++) {
      if (!Double.isFinite(update[i])) {
        return new BadUpdateException(
            "Value " + i + " of the update is not finite: the training diverged.");
      }
    }
    return new BadUpdateException("The update's L2 norm overflows: the training diverged.");
  }
}
