package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Scales each feature by the mean and the sample standard deviation (divisor n - 1, plus 1e-9) of
 * the same site's training rows, as the FLamby benchmark does. A feature that is the same in all of
 * them says nothing of its scale: it is scaled by 1, and becomes 0 in training.
 */
final class Standardiser {
  private static final double SMALLEST_DEVIATION = 1e-9;

  private final double[] mean;
  private final double[] deviation;
  private final List<Integer> constant = new ArrayList<>();

  /**
   * @param rows two or more training rows
   */
  Standardiser(List<double[]> rows) {
    int width = rows.get(0).length;
    mean = new double[width];
    deviation = new double[width];
    for (int column = 0; column < width; column++) {
      double sum = 0;
      boolean same = true;
      for (double[] row : rows) {
        sum += row[column];
        same &= row[column] == rows.get(0)[column];
      }
      if (same) {
        mean[column] = rows.get(0)[column];
        deviation[column] = 1;
        constant.add(column);
        continue;
      }
      mean[column] = sum / rows.size();
      double squares = 0;
      for (double[] row : rows) {
        double distance = row[column] - mean[column];
        squares += distance * distance;
      }
      deviation[column] = Math.sqrt(squares / (rows.size() - 1)) + SMALLEST_DEVIATION;
    }
  }

  /** Scales a row in place. */
  void apply(double[] row) {
    for (int column = 0; column < row.length; column++) {
      row[column] = (row[column] - mean[column]) / deviation[column];
    }
  }

  /** Features, by their place, that are the same in every row. */
  List<Integer> constant() {
    return List.copyOf(constant);
  }
}
