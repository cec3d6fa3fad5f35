package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What examples/data/breast-cancer/README.md claims about the four sites, with the settings of the
 * shipped job.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BreastCancerSitesTest {
  private static final int ROUNDS = 10;
  private static final LogisticRegression LEARNER = new LogisticRegression(0.1, 3, 16);

  private final List<DataSet> sites =
      Examples.load("breast-cancer", Examples.directory().resolve("data/breast-cancer"));
  private final List<Rows> train = sites.stream().map(Rows::train).toList();
  private final List<Rows> test = sites.stream().map(Rows::test).toList();

  @Test
  void sitesAreUnequalAndHoldEveryCaseOnce() {
    assertThat(sites).extracting(DataSet::trainRows).containsExactly(119, 112, 59, 86);
    assertThat(sites).extracting(DataSet::testRows).containsExactly(61, 58, 30, 44);
    assertThat(sites).allSatisfy(site -> assertThat(site.inputs()).isEqualTo(30));
    assertThat(train).extracting(BreastCancerSitesTest::malignant).containsExactly(75, 31, 11, 24);
    assertThat(test).extracting(BreastCancerSitesTest::malignant).containsExactly(38, 16, 5, 12);
  }

  private static int malignant(Rows rows) {
    return (int) java.util.Arrays.stream(rows.labels()).sum();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 10);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void togetherIsBetterThanAlone(long seed) {
    double federated =
        LogisticRegression.accuracy(
            LEARNER.federate(train, ROUNDS, 0, new SplittableRandom(seed)), test);
    double pooled = alone(Rows.all(train), seed);
    double local = train.stream().mapToDouble(site -> alone(site, seed)).average().orElseThrow();
    System.out.printf(
        Locale.ROOT,
        "seed %d: federated %.4f pooled %.4f localMean %.4f%n",
        seed,
        federated,
        pooled,
        local);
    assertThat(federated - local).isGreaterThanOrEqualTo(0.03);
    assertThat(Math.abs(federated - pooled)).isLessThanOrEqualTo(0.02);
  }

  private double alone(Rows rows, long seed) {
    double[] zero = new double[rows.features()[0].length + 1];
    return LogisticRegression.accuracy(
        LEARNER.train(zero, rows, ROUNDS, new SplittableRandom(seed)), test);
  }
}
