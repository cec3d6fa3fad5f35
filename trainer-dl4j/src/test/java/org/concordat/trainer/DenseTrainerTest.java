package org.concordat.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.Matrix;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.TrainerDone;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What DL4J computes, against plain Java. */
class DenseTrainerTest {
  private static final double[] ZERO = {0, 0, 0};
  private static final Problem PROBLEM = Problem.draw(11, 60);

  @ParameterizedTest
  @CsvSource({"FLOAT32, 0, 1e-5", "FLOAT64, 0, 1e-12", "FLOAT64, 0.1, 1e-12"})
  void aFewStepsOfDescentAreTheReferences(FloatType type, double l2, double tolerance) {
    TrainingPlan plan = Problem.plan(Optimizer.SGD, 0.5, 7, 0).toBuilder().setL2(l2).build();
    double[] from = {0.3, -0.2, 0.1};
    double[] trained = train(type, plan, from);
    assertThat(trained).containsExactly(PROBLEM.descend(from, 0.5, l2, 7), offset(tolerance));
  }

  @ParameterizedTest
  @EnumSource(
      value = FloatType.class,
      names = {"FLOAT32", "FLOAT64"})
  void descentReachesTheOptimum(FloatType type) {
    double[] optimum = PROBLEM.descend(ZERO, 2, 0, 20_000);
    double[] trained = train(type, Problem.plan(Optimizer.SGD, 4, 250, 0), ZERO);
    assertThat(trained).containsExactly(optimum, offset(1e-3));
  }

  @Test
  void adamReachesTheOptimumToo() {
    double[] optimum = PROBLEM.descend(ZERO, 2, 0, 20_000);
    double[] trained = train(FloatType.FLOAT64, Problem.plan(Optimizer.ADAM, 0.1, 600, 0), ZERO);
    assertThat(trained).containsExactly(optimum, offset(1e-3));
  }

  @ParameterizedTest
  @EnumSource(
      value = Optimizer.class,
      names = {"SGD", "ADAM"})
  void batchesLowerTheLossRoundByRound(Optimizer optimizer) {
    DenseTrainer trainer =
        new DenseTrainer(PROBLEM.open(FloatType.FLOAT64, Problem.plan(optimizer, 0.02, 2, 16)));
    double[] model = ZERO;
    double loss = PROBLEM.loss(model);
    for (int round = 1; round <= 4; round++) {
      model =
          after(
              FloatType.FLOAT64, trainer.run(Problem.work(FloatType.FLOAT64, round, true, model)));
      assertThat(PROBLEM.loss(model)).isLessThan(loss);
      loss = PROBLEM.loss(model);
    }
  }

  @Test
  void metricsAreOfTheModelThatCameIn() {
    double[] model = {1, -1, 0.25};
    DenseTrainer trainer =
        new DenseTrainer(PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 0.5, 5, 0)));
    TrainerDone trained = trainer.run(Problem.work(FloatType.FLOAT64, 1, true, model));
    TrainerDone scored = trainer.run(Problem.work(FloatType.FLOAT64, 2, false, model));

    assertThat(trained.getTrainMetrics().getLoss()).isEqualTo(PROBLEM.loss(model), offset(1e-12));
    assertThat(trained.getTrainMetrics().getRows()).isEqualTo(60);
    assertThat(trained.getTestMetrics().getRows()).isEqualTo(3);
    assertThat(scored.getTrainMetrics()).isEqualTo(trained.getTrainMetrics());
    assertThat(scored.getTestMetrics()).isEqualTo(trained.getTestMetrics());
    assertThat(scored.getParameters()).isEqualTo(ByteString.EMPTY);
    assertThat(scored.getTrainRows()).isEqualTo(60);
  }

  @ParameterizedTest
  @EnumSource(
      value = Optimizer.class,
      names = {"SGD", "ADAM"})
  void theSameWorkGivesTheSameBytesAndLeavesNoTrace(Optimizer optimizer) {
    TrainerOpen open = PROBLEM.open(FloatType.FLOAT32, Problem.plan(optimizer, 0.1, 3, 16));
    DenseTrainer first = new DenseTrainer(open);
    ByteString bytes = first.run(Problem.work(FloatType.FLOAT32, 1, true, ZERO)).getParameters();
    first.run(Problem.work(FloatType.FLOAT32, 2, true, 9, 9, 9));
    assertThat(first.run(Problem.work(FloatType.FLOAT32, 1, true, ZERO)).getParameters())
        .isEqualTo(bytes);
    assertThat(
            new DenseTrainer(open)
                .run(Problem.work(FloatType.FLOAT32, 1, true, ZERO))
                .getParameters())
        .isEqualTo(bytes);
    assertThat(first.run(Problem.work(FloatType.FLOAT32, 3, true, ZERO)).getParameters())
        .as("another round shuffles otherwise")
        .isNotEqualTo(bytes);
  }

  @Test
  void flatParametersAreInTheProtocolsOrder() {
    TrainerOpen open =
        TrainerOpen.newBuilder(
                PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 0.1, 1, 0)))
            .setModel(
                ModelSpec.newBuilder()
                    .setInputs(2)
                    .addLayers(DenseLayer.newBuilder().setUnits(3).setActivation(Activation.TANH))
                    .addLayers(
                        DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                    .setLoss(Loss.BINARY_CROSS_ENTROPY)
                    .setFloatType(FloatType.FLOAT64))
            .build();
    double[] model = {.1, -.2, .3, .4, -.5, .6, .01, .02, .03, 1, -1.5, 2, .7};
    DenseTrainer trainer = new DenseTrainer(open);
    assertThat(trainer.parameters()).isEqualTo(model.length);
    assertThat(
            trainer
                .run(Problem.work(FloatType.FLOAT64, 1, false, model))
                .getTrainMetrics()
                .getLoss())
        .isEqualTo(twoLayerLoss(model), offset(1e-12));
  }

  /** By the text of job.proto: per layer, all inputs of unit 0 first; then the biases. */
  private static double twoLayerLoss(double[] m) {
    double sum = 0;
    for (int i = 0; i < PROBLEM.labels().length; i++) {
      double[] row = PROBLEM.features()[i];
      double score = m[12];
      for (int unit = 0; unit < 3; unit++) {
        score +=
            m[9 + unit] * Math.tanh(m[2 * unit] * row[0] + m[2 * unit + 1] * row[1] + m[6 + unit]);
      }
      double p = 1 / (1 + Math.exp(-score));
      sum -= Math.log(PROBLEM.labels()[i] == 1 ? p : 1 - p);
    }
    return sum / PROBLEM.labels().length;
  }

  @Test
  void softmaxWithIndicatorsLearnsTheSame() {
    double[][] indicators =
        Arrays.stream(PROBLEM.labels())
            .mapToObj(y -> new double[] {1 - y, y})
            .toArray(double[][]::new);
    TrainerOpen open =
        PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 1, 50, 0)).toBuilder()
            .setModel(
                ModelSpec.newBuilder()
                    .setInputs(2)
                    .addLayers(
                        DenseLayer.newBuilder().setUnits(2).setActivation(Activation.SOFTMAX))
                    .setLoss(Loss.CROSS_ENTROPY)
                    .setFloatType(FloatType.FLOAT64))
            .setTrainLabels(Problem.matrix(FloatType.FLOAT64, indicators))
            .clearTestFeatures()
            .clearTestLabels()
            .build();
    DenseTrainer trainer = new DenseTrainer(open);
    TrainerDone done = trainer.run(Problem.work(FloatType.FLOAT64, 1, true, new double[6]));
    double[] m = FloatVectors.decode(FloatType.FLOAT64, done.getParameters(), 6, "model");
    double[] difference = {m[2] - m[0], m[3] - m[1], m[5] - m[4]};
    assertThat(difference).containsExactly(PROBLEM.descend(ZERO, 2, 0, 50), offset(1e-9));
    assertThat(done.getTestMetrics().getRows()).isZero();
  }

  @Test
  void vectorsOfAnotherLengthOrWithNanAreRefused() {
    DenseTrainer trainer =
        new DenseTrainer(PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 0.1, 1, 0)));
    assertThatThrownBy(() -> trainer.run(Problem.work(FloatType.FLOAT64, 1, true, 1, 2)))
        .isInstanceOf(FloatVectors.BadVectorException.class)
        .hasMessageContaining("16 bytes, expected 24");
    assertThatThrownBy(() -> trainer.run(Problem.work(FloatType.FLOAT64, 1, true, 1, 2, 3, 4)))
        .isInstanceOf(FloatVectors.BadVectorException.class);
    assertThatThrownBy(
            () -> trainer.run(Problem.work(FloatType.FLOAT64, 1, true, 1, Double.NaN, 3)))
        .isInstanceOf(FloatVectors.BadVectorException.class)
        .hasMessageContaining("NaN at index 1");
    assertThat(trainer.run(Problem.work(FloatType.FLOAT64, 1, false, ZERO)).getTrainRows())
        .isEqualTo(60);
  }

  @Test
  void aModelThatDivergesIsAFailureNotAResult() {
    DenseTrainer trainer =
        new DenseTrainer(
            PROBLEM.open(
                FloatType.FLOAT32,
                Problem.plan(Optimizer.SGD, 100, 20, 0).toBuilder().setL2(100).build()));
    assertThatThrownBy(() -> trainer.run(Problem.work(FloatType.FLOAT32, 1, true, 1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameters not finite after training")
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    TrainerOpen good = PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 0.1, 1, 0));
    Matrix wide = Problem.matrix(FloatType.FLOAT64, new double[][] {{1, 2, 3}});
    Matrix notANumber = Problem.matrix(FloatType.FLOAT64, new double[][] {{1, Double.NaN}});
    Matrix oneRow = Problem.matrix(FloatType.FLOAT64, new double[][] {{1, 2}});
    assertThatThrownBy(() -> new DenseTrainer(good.toBuilder().setTrainFeatures(wide).build()))
        .hasMessageContaining("3 columns, the model needs 2");
    assertThatThrownBy(
            () -> new DenseTrainer(good.toBuilder().setTrainFeatures(notANumber).build()))
        .hasMessageContaining("training features has NaN");
    assertThatThrownBy(() -> new DenseTrainer(good.toBuilder().setTrainFeatures(oneRow).build()))
        .hasMessageContaining("differ in rows");
  }

  private static double[] train(FloatType type, TrainingPlan plan, double[] from) {
    return after(
        type, new DenseTrainer(PROBLEM.open(type, plan)).run(Problem.work(type, 1, true, from)));
  }

  private static double[] after(FloatType type, TrainerDone done) {
    return FloatVectors.decode(type, done.getParameters(), 3, "model");
  }
}
