package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * Finite numbers beside and between others: whole ones where there are enough, and all where there
 * are fewer than asked for.
 */
final class Numbers {
  private Numbers() {}

  /** Up to so many numbers below, nearest first. */
  static List<Double> below(double number, int count) {
    return above(-number, count).stream().map(above -> -above).toList();
  }

  /** Up to so many numbers above, nearest first. */
  static List<Double> above(double number, int count) {
    return between(number, Double.POSITIVE_INFINITY, count);
  }

  /** Up to so many whole numbers strictly between, ascending. */
  static List<Double> wholeBetween(double low, double high, int count) {
    List<Double> whole = new ArrayList<>();
    for (double next = Math.floor(low) + 1; whole.size() < count && next < high; next++) {
      whole.add(next);
      if (next + 1 <= next) {
        break; // too large for steps of one
      }
    }
    return whole;
  }

  /** Up to so many numbers strictly between, ascending. */
  static List<Double> between(double low, double high, int count) {
    List<Double> whole = wholeBetween(low, high, count);
    if (whole.size() == count && whole.get(0) > low) {
      return whole;
    }
    List<Double> parts = parts(low, high, count);
    return parts.isEmpty() ? neighbours(low, high, count) : parts;
  }

  /** Evenly spread; empty where the numbers are too close together, or endless. */
  private static List<Double> parts(double low, double high, int count) {
    List<Double> parts = new ArrayList<>();
    double before = low;
    for (int i = 1; i <= count; i++) {
      double next = low + (high - low) * i / (count + 1);
      if (!(before < next && next < high) || Double.isInfinite(next)) {
        return List.of();
      }
      parts.add(next);
      before = next;
    }
    return parts;
  }

  private static List<Double> neighbours(double low, double high, int count) {
    List<Double> next = new ArrayList<>();
    double at = Math.nextUp(low);
    while (next.size() < count && at < high) {
      next.add(at);
      at = Math.nextUp(at);
    }
    return next;
  }
}
