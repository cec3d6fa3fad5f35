package org.concordat.bench;

import java.math.BigDecimal;
import java.math.MathContext;

/** How figures are printed. */
final class Figures {
  private Figures() {}

  /** Four significant digits, more would be noise; counts whole. */
  static double round(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return value;
    }
    if (Math.abs(value) >= 10_000) {
      return Math.rint(value);
    }
    return new BigDecimal(value).round(new MathContext(4)).doubleValue();
  }

  /** Without a needless exponent. */
  static String text(double value) {
    double rounded = round(value);
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e12
        ? Long.toString((long) rounded)
        : BigDecimal.valueOf(rounded).toPlainString();
  }
}
