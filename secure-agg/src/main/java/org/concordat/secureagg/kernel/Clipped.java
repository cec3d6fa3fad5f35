package org.concordat.secureagg.kernel;

/**
 * An update within its L2 norm and coordinate bounds, with its weight; only {@link Quantiser#clip}
 * makes one. Still the member's secret.
 */
public final class Clipped {
  final double[] values;
  final double weight;

  Clipped(double[] values, double weight) {
    this.values = values;
    this.weight = weight;
  }

  /** A copy. */
  public double[] values() {
    return values.clone();
  }
}
