package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobSpecsTest {
  static JobSpec good() {
    return JobSpec.newBuilder()
        .setJob("job-1")
        .setPurpose("medical-research")
        .setDataSet("hearts")
        .setDataClass("pseudonymised-health")
        .setRounds(3)
        .setServerLearningRate(1)
        .setDeadlineSeconds(60)
        .setTrainerMemoryMib(512)
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(13)
                .addLayers(DenseLayer.newBuilder().setUnits(8).setActivation(Activation.RELU))
                .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                .setLoss(Loss.BINARY_CROSS_ENTROPY)
                .setFloatType(FloatType.FLOAT32))
        .setPlan(
            TrainingPlan.newBuilder()
                .setOptimizer(Optimizer.SGD)
                .setLearningRate(0.1)
                .setLocalEpochs(1))
        .setSecureAggregation(
            SecureAggregationPlan.newBuilder()
                .setQuantisationBits(16)
                .setClipNormL2(1)
                .setCoordinateBound(1)
                .setMaxWeight(100))
        .build();
  }

  @Test
  void aGoodJobHasNoProblemsAndCountsItsParameters() {
    assertThat(JobSpecs.problems(good())).isEmpty();
    assertThat(JobSpecs.parameters(good().getModel())).isEqualTo(13 * 8 + 8 + 8 + 1);
    assertThat(JobSpecs.units(good().getModel())).containsExactly(8, 1);
  }

  @Test
  void everyMistakeIsNamedAtOnce() {
    List<String> found = JobSpecs.problems(JobSpec.getDefaultInstance());
    assertThat(found)
        .hasSizeGreaterThan(12)
        .anyMatch(p -> p.startsWith("rounds is 0"))
        .anyMatch(p -> p.startsWith("model.loss"));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("job is 'A/B'", j -> j.setJob("A/B")),
        mistake("job is ''", j -> j.setJob("")),
        mistake("rounds is 100001", j -> j.setRounds(100_001)),
        mistake("rounds is -1", j -> j.setRounds(-1)),
        mistake("server_learning_rate is NaN", j -> j.setServerLearningRate(Double.NaN)),
        mistake("deadline_seconds is 0", j -> j.setDeadlineSeconds(0)),
        mistake("trainer_memory_mib is 1", j -> j.setTrainerMemoryMib(1)),
        mistake("members names one twice", j -> j.addMembers("a").addMembers("a")),
        mistake(
            "model.inputs is 70000", j -> j.setModel(j.getModel().toBuilder().setInputs(70_000))),
        mistake("model.layers is 0", j -> j.setModel(j.getModel().toBuilder().clearLayers())),
        mistake("model.float_type", j -> j.setModel(j.getModel().toBuilder().setFloatTypeValue(9))),
        mistake(
            "one sigmoid unit",
            j -> j.setModel(j.getModel().toBuilder().setLayers(1, layer(2, Activation.SIGMOID)))),
        mistake(
            "two or more softmax units",
            j -> j.setModel(j.getModel().toBuilder().setLoss(Loss.CROSS_ENTROPY))),
        mistake(
            "4295098369 parameters",
            j ->
                j.setModel(
                    j.getModel().toBuilder()
                        .setInputs(65_536)
                        .setLayers(0, layer(65_536, Activation.RELU)))),
        mistake(
            "plan.learning_rate is 0.0",
            j -> j.setPlan(j.getPlan().toBuilder().setLearningRate(0))),
        mistake("plan.l2 is -1.0", j -> j.setPlan(j.getPlan().toBuilder().setL2(-1))),
        mistake(
            "plan.local_epochs is 0", j -> j.setPlan(j.getPlan().toBuilder().setLocalEpochs(0))),
        mistake("quantisation_bits is 1", j -> secure(j, s -> s.setQuantisationBits(1))),
        mistake("wire_bits is 17", j -> secure(j, s -> s.setWireBits(17))),
        mistake(
            "clip_norm_l2 is Infinity",
            j -> secure(j, s -> s.setClipNormL2(Double.POSITIVE_INFINITY))),
        mistake("max_weight is 0.0", j -> secure(j, s -> s.setMaxWeight(0))),
        mistake(
            "coordinate_bound 20.0 is above clip_norm_l2 10.0",
            j -> secure(j, s -> s.setClipNormL2(10).setCoordinateBound(20))),
        mistake(
            "the check of the sum's norm would mean nothing",
            j -> secure(j, s -> s.setClipNormL2(1e6).setCoordinateBound(1))),
        mistake(
            "needs 257 MiB at the very least",
            j ->
                j.setTrainerMemoryMib(64)
                    .setModel(
                        j.getModel().toBuilder()
                            .setInputs(4096)
                            .setLayers(0, layer(4096, Activation.RELU)))),
        mistake(
            "colluders is 3 of 3 members",
            j ->
                secure(j, s -> s.setColluders(3)).addMembers("a").addMembers("b").addMembers("c")));
  }

  private static DenseLayer layer(int units, Activation activation) {
    return DenseLayer.newBuilder().setUnits(units).setActivation(activation).build();
  }

  private static JobSpec.Builder secure(
      JobSpec.Builder job, UnaryOperator<SecureAggregationPlan.Builder> change) {
    return job.setSecureAggregation(change.apply(job.getSecureAggregation().toBuilder()));
  }

  private static Arguments mistake(String expected, UnaryOperator<JobSpec.Builder> change) {
    return Arguments.of(expected, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void eachMistakeIsNamedWithItsValue(String expected, UnaryOperator<JobSpec.Builder> change) {
    assertThat(JobSpecs.problems(change.apply(good().toBuilder()).build()))
        .anySatisfy(problem -> assertThat(problem).contains(expected));
  }
}
