package org.concordat.learning;

import java.util.List;
import org.apache.commons.math3.random.Well19937c;

/**
 * Draws a job's initial model from the job's seed, by a rule that everyone can repeat: per layer,
 * weights from a Gaussian of variance 2 / (inputs + units) (Glorot and Bengio, AISTATS 2010), a
 * hundredth of its deviation where there is one layer only, column by column, then zero biases;
 * generator Well19937c seeded with the 64-bit seed as two words.
 */
public final class InitialModel {
  /** The most parameters a dense model may have here: a flat vector must fit one Java array. */
  public static final int MAX_PARAMETERS = 200_000_000;

  /** A single layer (logistic or linear regression) starts near zero. */
  private static final double CONVEX_SCALE = 0.01;

  private InitialModel() {}

  /**
   * How many parameters dense layers have.
   *
   * @param inputs features, at least 1
   * @param units per layer, at least 1 each
   * @throws IllegalArgumentException if a size is out of range or the total exceeds {@link
   *     #MAX_PARAMETERS}
   */
  public static int parameterCount(int inputs, List<Integer> units) {
    if (inputs < 1 || units.isEmpty()) {
      throw new IllegalArgumentException(
          "a model needs at least one input and one layer, got " + inputs + " and " + units);
    }
    long total = 0;
    long in = inputs;
    for (int out : units) {
      if (out < 1) {
        throw new IllegalArgumentException("a layer of " + out + " units: expected at least 1");
      }
      total += in * out + out;
      in = out;
      if (total > MAX_PARAMETERS) {
        throw new IllegalArgumentException(
            "more than " + MAX_PARAMETERS + " parameters: layers " + units);
      }
    }
    return (int) total;
  }

  /**
   * Draws the model. Jobs with different seeds start from different models, also where the loss is
   * convex and zero would do as well: members give no second sum for a model that they gave one for
   * before.
   */
  public static ModelState draw(int inputs, List<Integer> units, long seed) {
    double[] parameters = new double[parameterCount(inputs, units)];
    Well19937c random = new Well19937c(new int[] {(int) seed, (int) (seed >>> 32)});
    double scale = units.size() == 1 ? CONVEX_SCALE : 1;
    int at = 0;
    int in = inputs;
    for (int out : units) {
      double deviation = scale * Math.sqrt(2.0 / (in + out));
      for (int i = 0; i < in * out; i++) {
        parameters[at++] = deviation * random.nextGaussian();
      }
      at += out;
      in = out;
    }
    return ModelState.owning(parameters);
  }
}
