package org.concordat.trainer;

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

/** One training on four made-up rows: loads what any training needs, natives and classes. */
final class Rehearsal {
  private static final FloatType TYPE = FloatType.FLOAT32;

  private Rehearsal() {}

  static void run() {
    Matrix features = matrix(2, 0, 0, 0, 1, 1, 0, 1, 1);
    Matrix labels = matrix(1, 0, 1, 1, 1);
    DenseTrainer trainer =
        new DenseTrainer(
            TrainerOpen.newBuilder()
                .setProtocolVersion(ProtocolVersion.TRAINER)
                .setModel(
                    ModelSpec.newBuilder()
                        .setInputs(2)
                        .addLayers(
                            DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                        .setLoss(Loss.BINARY_CROSS_ENTROPY)
                        .setFloatType(TYPE))
                .setPlan(
                    TrainingPlan.newBuilder()
                        .setOptimizer(Optimizer.SGD)
                        .setLearningRate(0.1)
                        .setLocalEpochs(1)
                        .setBatchSize(2))
                .setTrainFeatures(features)
                .setTrainLabels(labels)
                .setTestFeatures(features)
                .setTestLabels(labels)
                .build());
    trainer.run(
        TrainerWork.newBuilder()
            .setRound(1)
            .setTrain(true)
            .setParameters(FloatVectors.encode(TYPE, new double[3]))
            .build());
  }

  private static Matrix matrix(int columns, double... values) {
    return Matrix.newBuilder()
        .setRows(values.length / columns)
        .setColumns(columns)
        .setValues(FloatVectors.encode(TYPE, values))
        .build();
  }
}
