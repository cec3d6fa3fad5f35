package org.concordat.learning;

import java.util.Arrays;

/**
 * What a member puts into the sum: its update, and the metrics of the round's base model on its own
 * rows. The metrics travel inside the same masked sum, never in the clear. They are scaled into the
 * update's coordinate bound, and share the member's weight, so that the sum gives their weighted
 * mean.
 *
 * <p>Layout, {@code parameters + 2} values: the update, then the loss (capped at {@link
 * #MAX_LOSS}), then the accuracy.
 */
public final class RoundVector {
  /** A larger mean loss is reported as this. */
  public static final double MAX_LOSS = 10.0;

  private static final int METRICS = 2;
  private static final double ROUNDING = 1e-9;

  /** Weighted means over the survivors. */
  public record Mean(double[] update, double loss, double accuracy) {}

  private RoundVector() {}

  /** The vector's length for a model of that many parameters. */
  public static int length(int parameters) {
    return parameters + METRICS;
  }

  /**
   * The vector of a training round: the update is what leads from the base to the model after
   * training.
   *
   * @param after as long as the base
   * @see #of(double[], double, double, double, double)
   */
  public static double[] ofTraining(
      ModelState base,
      double[] after,
      double loss,
      double accuracy,
      double clipNormL2,
      double coordinateBound) {
    double[] vector = new double[length(after.length)];
    base.updateTo(after, vector);
    return complete(vector, loss, accuracy, clipNormL2, coordinateBound);
  }

  /** The vector of an evaluation round: an update of zeros, and the metrics. */
  public static double[] ofEvaluation(
      int parameters, double loss, double accuracy, double clipNormL2, double coordinateBound) {
    return complete(new double[length(parameters)], loss, accuracy, clipNormL2, coordinateBound);
  }

  /**
   * Puts a vector together. The update is scaled down here where it is longer than the clip norm
   * leaves room for, so that clipping never touches the metrics.
   *
   * @param update finite
   * @param loss of the base model, not negative; NaN counts as {@link #MAX_LOSS}
   * @param accuracy of the base model in [0, 1]
   * @param clipNormL2 the job's bound on the L2 norm of the whole vector
   * @param coordinateBound the job's bound on each coordinate, at most {@code clipNormL2}; metrics
   *     use half of it
   */
  public static double[] of(
      double[] update, double loss, double accuracy, double clipNormL2, double coordinateBound) {
    return complete(
        Arrays.copyOf(update, length(update.length)), loss, accuracy, clipNormL2, coordinateBound);
  }

  /** Bounds the update that is in the vector already, and adds the metrics. */
  private static double[] complete(
      double[] vector, double loss, double accuracy, double clipNormL2, double coordinateBound) {
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy " + accuracy + ": expected 0 to 1");
    }
    int parameters = vector.length - METRICS;
    double squares = 0;
    for (double value : vector) { // the metrics are still zero
      squares += value * value;
    }
    double room = room(clipNormL2, coordinateBound);
    double norm = Math.sqrt(squares);
    if (norm > room) {
      for (int i = 0; i < parameters; i++) {
        vector[i] *= room / norm;
      }
    }
    double capped = loss >= 0 && loss < MAX_LOSS ? loss : MAX_LOSS;
    vector[parameters] = capped / MAX_LOSS * coordinateBound / 2;
    vector[parameters + 1] = accuracy * coordinateBound / 2;
    return vector;
  }

  /** The longest update that is left as it is. */
  private static double room(double clipNormL2, double coordinateBound) {
    return Math.sqrt(clipNormL2 * clipNormL2 - coordinateBound * coordinateBound / 2);
  }

  /**
   * Whether the update in a vector that was made here was scaled down to what the clip norm leaves
   * room for, beside the metrics.
   */
  public static boolean isClipped(double[] vector, double clipNormL2, double coordinateBound) {
    double squares = 0;
    for (int i = 0; i < vector.length - METRICS; i++) {
      squares += vector[i] * vector[i];
    }
    return Math.sqrt(squares) > room(clipNormL2, coordinateBound) * (1 - ROUNDING);
  }

  /** Takes a mean vector apart. */
  public static Mean split(double[] mean, double coordinateBound) {
    int parameters = mean.length - METRICS;
    return new Mean(
        Arrays.copyOf(mean, parameters),
        mean[parameters] / coordinateBound * 2 * MAX_LOSS,
        mean[parameters + 1] / coordinateBound * 2);
  }
}
