package org.concordat.agent.data;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Logistic regression by gradient descent, and federated averaging of it: a yardstick in plain Java
 * for tests.
 */
record LogisticRegression(double learningRate, int epochs, int batchSize) {
  /** Trains on from a model; the last coordinate is the bias. */
  double[] train(double[] from, Rows rows, int times, SplittableRandom random) {
    double[] model = from.clone();
    int count = rows.labels().length;
    int batch = batchSize == 0 ? count : batchSize;
    for (int epoch = 0; epoch < epochs * times; epoch++) {
      int[] order = shuffled(count, random);
      for (int start = 0; start < count; start += batch) {
        step(model, rows, order, start, Math.min(count, start + batch));
      }
    }
    return model;
  }

  private void step(double[] model, Rows rows, int[] order, int start, int end) {
    double[] gradient = new double[model.length];
    for (int i = start; i < end; i++) {
      double[] row = rows.features()[order[i]];
      double error = 1 / (1 + Math.exp(-score(model, row))) - rows.labels()[order[i]];
      for (int j = 0; j < row.length; j++) {
        gradient[j] += error * row[j];
      }
      gradient[row.length] += error;
    }
    for (int j = 0; j < model.length; j++) {
      model[j] -= learningRate * gradient[j] / (end - start);
    }
  }

  /**
   * Federated averaging weighted by rows, from zero; each round's mean update is rounded to a grid.
   *
   * @param step of the grid, or 0
   */
  double[] federate(List<Rows> sites, int rounds, double step, SplittableRandom random) {
    double[] model = new double[sites.get(0).features()[0].length + 1];
    double total = sites.stream().mapToInt(site -> site.labels().length).sum();
    for (int round = 0; round < rounds; round++) {
      double[] mean = new double[model.length];
      for (Rows site : sites) {
        double[] trained = train(model, site, 1, random);
        for (int j = 0; j < model.length; j++) {
          double update = trained[j] - model[j];
          double sent = step == 0 ? update : Math.rint(update / step) * step;
          mean[j] += sent * site.labels().length / total;
        }
      }
      for (int j = 0; j < model.length; j++) {
        model[j] += mean[j];
      }
    }
    return model;
  }

  static int hits(double[] model, Rows rows) {
    int hits = 0;
    for (int i = 0; i < rows.labels().length; i++) {
      hits += (score(model, rows.features()[i]) > 0) == (rows.labels()[i] > 0.5) ? 1 : 0;
    }
    return hits;
  }

  /** The mean of the accuracies on several sites' rows. */
  static double accuracy(double[] model, List<Rows> sites) {
    return sites.stream()
        .mapToDouble(site -> hits(model, site) / (double) site.labels().length)
        .average()
        .orElseThrow();
  }

  private static double score(double[] model, double[] row) {
    double score = model[row.length];
    for (int j = 0; j < row.length; j++) {
      score += model[j] * row[j];
    }
    return score;
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
