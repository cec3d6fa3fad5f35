package org.concordat.trainer;

import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.Metrics;

/** Loss and hits of a model's outputs, in plain double arithmetic. */
final class Scores {
  /** Keeps the logarithm of a probability finite. */
  private static final double SMALLEST_PROBABILITY = 1e-12;

  private Scores() {}

  static Metrics of(Loss loss, double[][] outputs, double[][] labels) {
    double total = 0;
    long correct = 0;
    for (int row = 0; row < outputs.length; row++) {
      total += lossOf(loss, outputs[row], labels[row]);
      correct += hit(loss, outputs[row], labels[row]) ? 1 : 0;
    }
    return Metrics.newBuilder()
        .setRows(outputs.length)
        .setCorrect(correct)
        .setLoss(total / outputs.length)
        .build();
  }

  private static double lossOf(Loss loss, double[] output, double[] label) {
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      if (loss == Loss.MEAN_SQUARED_ERROR) {
        sum += (output[i] - label[i]) * (output[i] - label[i]) / output.length;
      } else if (loss == Loss.BINARY_CROSS_ENTROPY) {
        sum -= label[i] * log(output[i]) + (1 - label[i]) * log(1 - output[i]);
      } else {
        sum -= label[i] * log(output[i]);
      }
    }
    return sum;
  }

  private static boolean hit(Loss loss, double[] output, double[] label) {
    if (loss == Loss.MEAN_SQUARED_ERROR) {
      return false;
    }
    return output.length == 1
        ? (output[0] > 0.5) == (label[0] > 0.5)
        : largest(output) == largest(label);
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double log(double probability) {
    return Math.log(Math.max(probability, SMALLEST_PROBABILITY));
  }
}
