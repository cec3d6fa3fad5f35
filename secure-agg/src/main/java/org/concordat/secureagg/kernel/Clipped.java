package org.concordat.secureagg.kernel;

import java.util.Arrays;

/**
 * An update with its weight, to be scaled to its L2 norm and clamped to the coordinate bound; only
 * {@link Quantiser#clip} makes one. Still the member's secret.
 */
public final class Clipped {
  final double[] update;
  final double scale;
  final double bound;
  final double weight;

  /**
   * @param update not copied: must not change until it is quantised
   */
  Clipped(double[] update, double scale, double bound, double weight) {
    this.update = update;
    this.scale = scale;
    this.bound = bound;
    this.weight = weight;
  }

  /** m + 1: the coordinates, then the weight. */
  public int elements() {
    return update.length + 1;
  }

  /** A coordinate, clipped. */
  double value(int i) {
    return Math.max(-bound, Math.min(bound, update[i] * scale));
  }

  /** A copy of all coordinates, clipped. */
  public double[] values() {
    double[] values = new double[update.length];
    Arrays.setAll(values, this::value);
    return values;
  }
}
