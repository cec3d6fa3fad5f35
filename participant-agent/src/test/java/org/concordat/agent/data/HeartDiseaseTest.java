package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The FLamby counts and the pooled optimum, on the real data where the machine has it. */
class HeartDiseaseTest {
  /** 16 bits over the job's coordinate bound of ±2. */
  private static final double QUANTISATION_STEP = 4.0 / 65_535;

  @Test
  void reproducesTheBenchmark() {
    List<DataSet> sites = Examples.load("heart-disease", Examples.heartDisease());

    assertThat(sites).extracting(DataSet::trainRows).containsExactly(199, 172, 30, 85);
    assertThat(sites).extracting(DataSet::testRows).containsExactly(104, 89, 16, 45);
    assertThat(sites).allSatisfy(site -> assertThat(site.inputs()).isEqualTo(13));
  }

  @Test
  void theJobReachesThePooledOptimum() {
    List<DataSet> sites = Examples.load("heart-disease", Examples.heartDisease());
    LogisticRegression learner = new LogisticRegression(0.5, 5, 0);

    double[] model =
        learner.federate(
            sites.stream().map(Rows::train).toList(),
            12,
            QUANTISATION_STEP,
            new SplittableRandom(1));

    assertThat(sites)
        .extracting(site -> LogisticRegression.hits(model, Rows.test(site)))
        .containsExactly(78, 67, 12, 27);
  }
}
