package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.Arrays;
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
  Standardiser(Part rows) {
    int width = rows.samples().width();
    mean = new double[width];
    deviation = new double[width];
    double[] squares = new double[width];
    boolean[] varies = new boolean[width];
    double[] first = Arrays.copyOfRange(rows.block(0), rows.offset(0), rows.offset(0) + width);
    for (int row = 0; row < rows.rows(); row++) {
      double[] block = rows.block(row);
      int at = rows.offset(row);
      for (int column = 0; column < width; column++) {
        mean[column] += block[at + column];
        varies[column] |= block[at + column] != first[column];
      }
    }
    for (int column = 0; column < width; column++) {
      mean[column] = varies[column] ? mean[column] / rows.rows() : first[column];
    }
    for (int row = 0; row < rows.rows(); row++) {
      double[] block = rows.block(row);
      int at = rows.offset(row);
      for (int column = 0; column < width; column++) {
        double distance = block[at + column] - mean[column];
        squares[column] += distance * distance;
      }
    }
    for (int column = 0; column < width; column++) {
      if (varies[column]) {
        deviation[column] = Math.sqrt(squares[column] / (rows.rows() - 1)) + SMALLEST_DEVIATION;
      } else {
        deviation[column] = 1;
        constant.add(column);
      }
    }
  }

  /** Scales rows in place. */
  void apply(Part rows) {
    for (int row = 0; row < rows.rows(); row++) {
      double[] block = rows.block(row);
      int at = rows.offset(row);
      for (int column = 0; column < mean.length; column++) {
        block[at + column] = (block[at + column] - mean[column]) / deviation[column];
      }
    }
  }

  /** Features, by their place, that are the same in every row. */
  List<Integer> constant() {
    return List.copyOf(constant);
  }
}
