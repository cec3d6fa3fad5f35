package org.concordat.trainer;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.Matrix;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerWork;
import org.concordat.protocol.v1.TrainingPlan;

/** A small problem that no line separates, so that logistic regression has a finite optimum. */
record Problem(double[][] features, double[] labels) {
  /** Where the natives are unpacked for tests: below the module, not in the user's home. */
  static final Path NATIVES = Path.of("target", "natives").toAbsolutePath();

  static {
    System.setProperty("org.bytedeco.javacpp.cachedir", NATIVES.toString());
  }

  static Problem draw(long seed, int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] features = new double[rows][2];
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      features[i][0] = 2 * random.nextDouble() - 1;
      features[i][1] = 2 * random.nextDouble() - 1;
      double chance = 1 / (1 + Math.exp(-(2 * features[i][0] - features[i][1] + 0.5)));
      labels[i] = random.nextDouble() < chance ? 1 : 0;
    }
    return new Problem(features, labels);
  }

  TrainerOpen open(FloatType type, TrainingPlan plan) {
    return TrainerOpen.newBuilder()
        .setProtocolVersion(ProtocolVersion.TRAINER)
        .setModel(model(type))
        .setPlan(plan)
        .setTrainFeatures(matrix(type, features))
        .setTrainLabels(matrix(type, column(labels)))
        .setTestFeatures(matrix(type, new double[][] {features[0], features[1], features[2]}))
        .setTestLabels(matrix(type, column(new double[] {labels[0], labels[1], labels[2]})))
        .build();
  }

  static ModelSpec model(FloatType type) {
    return ModelSpec.newBuilder()
        .setInputs(2)
        .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
        .setLoss(Loss.BINARY_CROSS_ENTROPY)
        .setFloatType(type)
        .build();
  }

  static TrainingPlan plan(Optimizer optimizer, double learningRate, int epochs, int batch) {
    return TrainingPlan.newBuilder()
        .setOptimizer(optimizer)
        .setLearningRate(learningRate)
        .setLocalEpochs(epochs)
        .setBatchSize(batch)
        .setSeed(5)
        .build();
  }

  static TrainerWork work(FloatType type, long round, boolean train, double... parameters) {
    return TrainerWork.newBuilder()
        .setRound(round)
        .setTrain(train)
        .setParameters(FloatVectors.encode(type, parameters))
        .build();
  }

  static Matrix matrix(FloatType type, double[][] rows) {
    double[] flat = new double[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return Matrix.newBuilder()
        .setRows(rows.length)
        .setColumns(rows[0].length)
        .setValues(FloatVectors.encode(type, flat))
        .build();
  }

  static double[][] column(double[] values) {
    double[][] column = new double[values.length][1];
    for (int i = 0; i < values.length; i++) {
      column[i][0] = values[i];
    }
    return column;
  }

  /** Plain gradient descent over the whole set: weights, then the bias. */
  double[] descend(double[] from, double learningRate, double l2, int steps) {
    double[] model = from.clone();
    for (int step = 0; step < steps; step++) {
      double[] gradient = new double[3];
      for (int i = 0; i < labels.length; i++) {
        double error = probability(model, features[i]) - labels[i];
        gradient[0] += error * features[i][0] / labels.length;
        gradient[1] += error * features[i][1] / labels.length;
        gradient[2] += error / labels.length;
      }
      model[0] -= learningRate * (gradient[0] + l2 * model[0]);
      model[1] -= learningRate * (gradient[1] + l2 * model[1]);
      model[2] -= learningRate * gradient[2];
    }
    return model;
  }

  double loss(double[] model) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double p = probability(model, features[i]);
      sum -= labels[i] * Math.log(p) + (1 - labels[i]) * Math.log(1 - p);
    }
    return sum / labels.length;
  }

  private static double probability(double[] model, double[] row) {
    return 1 / (1 + Math.exp(-(model[0] * row[0] + model[1] * row[1] + model[2])));
  }
}
