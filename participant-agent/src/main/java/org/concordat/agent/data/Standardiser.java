package org.concordat.agent.data;

import java.util.List;

/**
 * Scales each feature by the mean and the sample standard deviation (divisor n - 1, plus 1e-9) of
 * the same site's training rows, as the FLamby benchmark does. A feature that is constant there
 * becomes 0 in training, and very large in a test row where it differs.
 */
final class Standardiser {
  /** Keeps the division finite for a constant feature. */
  private static final double SMALLEST_DEVIATION = 1e-9;

  private final double[] mean;
  private final double[] deviation;

  /**
   * @param rows two or more training rows
   */
  Standardiser(List<double[]> rows) {
    int width = rows.get(0).length;
    mean = new double[width];
    deviation = new double[width];
    for (int column = 0; column < width; column++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[column];
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

  double[] apply(double[] row) {
    double[] scaled = new double[row.length];
    for (int column = 0; column < row.length; column++) {
      scaled[column] = (row[column] - mean[column]) / deviation[column];
    }
    return scaled;
  }
}
