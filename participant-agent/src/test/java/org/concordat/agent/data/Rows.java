package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.List;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Matrix;

/** Features and binary labels of some rows, as plain arrays, for tests. */
record Rows(double[][] features, double[] labels) {
  static Rows train(DataSet data) {
    return of(data.trainFeatures(FloatType.FLOAT64), data.trainLabels(FloatType.FLOAT64, 1));
  }

  static Rows test(DataSet data) {
    return of(data.testFeatures(FloatType.FLOAT64), data.testLabels(FloatType.FLOAT64, 1));
  }

  static Rows all(List<Rows> parts) {
    List<double[]> features = new ArrayList<>();
    List<Double> labels = new ArrayList<>();
    for (Rows part : parts) {
      features.addAll(List.of(part.features));
      for (double label : part.labels) {
        labels.add(label);
      }
    }
    return new Rows(
        features.toArray(new double[0][]),
        labels.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Rows of(Matrix features, Matrix labels) {
    double[][] rows = array(features);
    double[] classes = new double[rows.length];
    double[][] column = array(labels);
    for (int i = 0; i < rows.length; i++) {
      classes[i] = column[i][0];
    }
    return new Rows(rows, classes);
  }

  static double[][] array(Matrix matrix) {
    double[] flat =
        FloatVectors.decode(
            FloatType.FLOAT64,
            matrix.getValues(),
            matrix.getRows() * matrix.getColumns(),
            "matrix");
    double[][] rows = new double[matrix.getRows()][matrix.getColumns()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * matrix.getColumns(), rows[i], 0, matrix.getColumns());
    }
    return rows;
  }
}
