package org.concordat.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LearningTest {
  @TestFactory
  Stream<DynamicTest> statesComeBackBitForBit() {
    return Seeded.property(
        "encode then decode",
        50,
        random -> {
          double[] values = random.doubles(random.nextInt(1, 200), -1e6, 1e6).toArray();
          ModelState state = new ModelState(values);
          ModelState back = ModelState.decode(state.encode(), values.length);
          assertThat(back.parameters()).isEqualTo(values);
          assertThat(back.modelDigest()).isEqualTo(state.modelDigest());
        });
  }

  @Test
  void theStateDigestBindsModelAndPlan() {
    byte[] plan = new byte[32];
    byte[] other = new byte[32];
    other[31] = 1;
    ModelState a = new ModelState(new double[] {1, 2});
    ModelState b = new ModelState(new double[] {1, Math.nextUp(2.0)});
    assertThat(a.stateDigest(plan))
        .isNotEqualTo(b.stateDigest(plan))
        .isNotEqualTo(a.stateDigest(other));
  }

  @Test
  void badModelsAreRefusedByName() {
    assertThatThrownBy(() -> new ModelState(new double[] {0, Double.NaN}))
        .hasMessageContaining("parameter 1 is NaN");
    assertThatThrownBy(() -> ModelState.decode(new byte[15], 2))
        .hasMessageContaining("15 bytes, expected 16");
    assertThatThrownBy(() -> InitialModel.parameterCount(0, List.of(1)))
        .hasMessageContaining("at least one input");
    assertThatThrownBy(() -> InitialModel.parameterCount(60000, List.of(60000)))
        .hasMessageContaining("more than");
    assertThatThrownBy(() -> new ServerSgd(0)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> new ServerSgd(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void theInitialModelIsTheSeedsAlone() {
    ModelState first = InitialModel.draw(30, List.of(16, 1), 7);
    assertThat(InitialModel.draw(30, List.of(16, 1), 7).encode()).isEqualTo(first.encode());
    assertThat(InitialModel.draw(30, List.of(16, 1), 8).encode()).isNotEqualTo(first.encode());
    assertThat(first.size()).isEqualTo(30 * 16 + 16 + 16 + 1);
  }

  @Test
  void theInitialWeightsHaveGlorotsVariance() {
    double[] parameters = InitialModel.draw(200, List.of(100, 1), 42).parameters();
    SummaryStatistics weights = new SummaryStatistics();
    for (int i = 0; i < 200 * 100; i++) {
      weights.addValue(parameters[i]);
    }
    // 20,000 Gaussian draws: the variance's standard error is variance * sqrt(2 / n) = 1 %; five of
    // them
    assertThat(weights.getVariance()).isCloseTo(2.0 / 300, within(2.0 / 300 * 0.05));
    assertThat(weights.getMean()).isCloseTo(0, within(5 * Math.sqrt(2.0 / 300 / 20000)));
  }

  @Test
  void aSingleLayerStartsNearZeroAndFreshForEachSeed() {
    double[] one = InitialModel.draw(13, List.of(1), 5).parameters();
    assertThat(one).hasSize(14).isNotEqualTo(InitialModel.draw(13, List.of(1), 6).parameters());
    assertThat(Arrays.stream(one).map(Math::abs).max().orElseThrow()).isBetween(1e-6, 0.03);
    assertThat(one[13]).as("bias").isZero();
  }

  @Test
  void fedAvgMovesByTheMean() {
    ModelState next =
        new ServerSgd(0.5).next(new ModelState(new double[] {1, 2}), new double[] {2, -4});
    assertThat(next.parameters()).containsExactly(2, 0);
    assertThatThrownBy(() -> new ServerSgd(1).next(next, new double[3]))
        .hasMessageContaining("3 values");
  }

  @Test
  void metricsTravelWithTheUpdate() {
    double[] vector = RoundVector.of(new double[] {0.1, -0.2}, 0.7, 0.9, 1, 0.25);
    assertThat(vector).hasSize(4);
    RoundVector.Mean mean = RoundVector.split(vector, 0.25);
    assertThat(mean.update()).containsExactly(0.1, -0.2);
    assertThat(mean.loss()).isCloseTo(0.7, within(1e-12));
    assertThat(mean.accuracy()).isCloseTo(0.9, within(1e-12));
    assertThat(RoundVector.split(RoundVector.of(new double[0], Double.NaN, 0, 1, 1), 1).loss())
        .isEqualTo(10);
    assertThat(RoundVector.split(RoundVector.of(new double[0], 1e9, 1, 1, 1), 1).loss())
        .isEqualTo(10);
  }

  @TestFactory
  Stream<DynamicTest> aLongUpdateIsClippedAndItsMetricsAreNot() {
    return Seeded.property(
        "norm within the clip",
        50,
        random -> {
          double[] update = random.doubles(random.nextInt(1, 50), -100, 100).toArray();
          double[] vector = RoundVector.of(update, 3, 0.5, 2, 2);
          assertThat(Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum()))
              .isLessThanOrEqualTo(2 + 1e-12);
          RoundVector.Trained trained =
              RoundVector.ofTraining(
                  new ModelState(new double[update.length]), update, 3, 0.5, 2, 2);
          assertThat(trained.vector()).containsExactly(vector, within(1e-12));
          double norm = Math.sqrt(Arrays.stream(update).map(v -> v * v).sum());
          assertThat(trained.clipped()).isEqualTo(norm > Math.sqrt(2));
          assertThat(RoundVector.split(vector, 2).accuracy()).isCloseTo(0.5, within(1e-12));
          assertThat(RoundVector.split(vector, 2).loss()).isCloseTo(3, within(1e-12));
        });
  }
}
