package org.concordat.secureagg.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Reals to bounded integers and back, for one {@link Quantisation} and cohort size ("Ring, packing,
 * quantisation").
 */
public final class Quantiser {
  /** Elements whose squares are added up at a time; part of the norm's definition. */
  private static final int PIECE = 1 << 15;

  private static final double FIXED_POINT = 0x1p32;
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

  /** b. */
  int wireBits() {
    return parameters.wireBits();
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
   * Stochastic rounding, unbiased: {@code ⌊v + u⌋} with u uniform in [0, 1) from 32 random bits (v
   * in fixed point of 2^-32: a bias below 2^-27 of a step). Each word is within ± {@link
   * Quantisation#levels()}, the weight, which is the last of the m + 1 elements, within 0 and
   * {@link Quantisation#weightLevels}.
   *
   * @param first the element of {@code words[at]}
   * @param noise 4 random bytes for each of the elements, from its start
   */
  public void quantise(Clipped clipped, int first, byte[] noise, int[] words, int at, int count) {
    Objects.checkFromIndexSize(first, count, clipped.elements());
    double share = clipped.weight / parameters.maxWeight();
    int m = clipped.update.length;
    int coordinates = Math.min(count, m - first);
    if (coordinates > 0) {
      quantise(clipped, share, first, noise, words, at, coordinates);
    }
    if (coordinates < count) {
      int random = (int) INT.get(noise, 4 * (m - first));
      words[at + m - first] = round((long) (share * weightLevels * FIXED_POINT), random);
    }
  }

  /**
   * In fixed point of 2^-32 of a step: one conversion for each value, the clamp to the coordinate
   * bound and the floor in integers.
   */
  private void quantise(
      Clipped clipped, double share, int first, byte[] noise, int[] words, int at, int count) {
    double[] update = clipped.update;
    double steps = share * parameters.levels();
    double factor = clipped.scale * (steps / parameters.coordinateBound()) * FIXED_POINT;
    long bound = (long) (steps * FIXED_POINT);
    for (int i = 0; i < count; i++) {
      long value = (long) (update[first + i] * factor);
      value = value > bound ? bound : value < -bound ? -bound : value;
      words[at + i] = round(value, (int) INT.get(noise, 4 * i));
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

  /** ⌊value + u⌋, both in multiples of 2^-32. */
  private static int round(long value, int randomBits) {
    return (int) ((value + (randomBits & 0xffff_ffffL)) >> 32);
  }

  private static double norm(double[] update) {
    double squares = sumOfSquares(update);
    if (!Double.isFinite(squares)) {
      throw notFinite(update);
    }
    return Math.sqrt(squares);
  }

  /** Of pieces of one size, added up in their order: no bit depends on the threads. */
  private static double sumOfSquares(double[] values) {
    int pieces = (values.length + PIECE - 1) / PIECE;
    double[] squares = new double[pieces];
    Parts.share(
        pieces,
        Parts.threadsFor(values.length),
        () ->
            piece -> {
              int from = piece * PIECE;
              squares[piece] = sumOfSquares(values, from, Math.min(values.length, from + PIECE));
            });
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return sum;
  }

  /** Four chains of additions: one alone waits for each sum before the next. */
  private static double sumOfSquares(double[] values, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = to - (to - from) % 4;
    for (int i = from; i < whole; i += 4) {
      a += values[i] * values[i];
      b += values[i + 1] * values[i + 1];
      c += values[i + 2] * values[i + 2];
      d += values[i + 3] * values[i + 3];
    }
    for (int i = whole; i < to; i++) {
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
