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

  /**
   * A training round's vector.
   *
   * @param clipped whether the update was scaled down to what the clip norm leaves room for, beside
   *     the metrics
   */
  public record Trained(double[] vector, boolean clipped) {}

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
  public static Trained ofTraining(
      ModelState base,
      double[] after,
      double loss,
      double accuracy,
      double clipNormL2,
      double coordinateBound) {
    double[] vector = new double[length(after.length)];
    base.updateTo(after, vector);
    boolean clipped = complete(vector, loss, accuracy, clipNormL2, coordinateBound);
    return new Trained(vector, clipped);
  }

  /** The vector of an evaluation round: an update of zeros, and the metrics. */
  public static double[] ofEvaluation(
      int parameters, double loss, double accuracy, double clipNormL2, double coordinateBound) {
    double[] vector = new double[length(parameters)];
    complete(vector, loss, accuracy, clipNormL2, coordinateBound);
    return vector;
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
    double[] vector = Arrays.copyOf(update, length(update.length));
    complete(vector, loss, accuracy, clipNormL2, coordinateBound);
    return vector;
  }

  /**
   * Bounds the update that is in the vector already, and adds the metrics.
   *
   * @return whether it was longer
   */
  private static boolean complete(
      double[] vector, double loss, double accuracy, double clipNormL2, double coordinateBound) {
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy " + accuracy + ": expected 0 to 1");
    }
    int parameters = vector.length - METRICS;
    double norm = Math.sqrt(squares(vector, parameters));
    double room = Math.sqrt(clipNormL2 * clipNormL2 - coordinateBound * coordinateBound / 2);
    boolean clipped = norm > room;
    if (clipped) {
      for (int i = 0; i < parameters; i++) {
        vector[i] *= room / norm;
      }
    }
    double capped = loss >= 0 && loss < MAX_LOSS ? loss : MAX_LOSS;
    vector[parameters] = capped / MAX_LOSS * coordinateBound / 2;
    vector[parameters + 1] = accuracy * coordinateBound / 2;
    return clipped;
  }

  /** Two chains of additions: one alone waits for each sum before the next. */
  private static double squares(double[] vector, int count) {
    double even = 0;
    double odd = 0;
    for (int i = 1; i < count; i += 2) {
      even += vector[i - 1] * vector[i - 1];
      odd += vector[i] * vector[i];
    }
    return even + odd + (count % 2 == 1 ? vector[count - 1] * vector[count - 1] : 0);
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
