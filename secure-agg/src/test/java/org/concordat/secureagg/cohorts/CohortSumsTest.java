package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.kernel.NoWeightException;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.Rounding;
import org.concordat.secureagg.kernel.WeightedMean;
import org.junit.jupiter.api.Test;

class CohortSumsTest {
  private static final Quantisation P = Quantisation.forCohort(16, 250, 100, 1, 50);

  private static int[] sum(int members, double value, double weight, SplittableRandom random) {
    Quantiser quantiser = new Quantiser(P, members);
    int[] sum = new int[4];
    for (int i = 0; i < members; i++) {
      int[] words =
          Rounding.words(
              quantiser, quantiser.clip(new double[] {value, -value, 0}, weight), random);
      for (int k = 0; k < 4; k++) {
        sum[k] += words[k];
      }
    }
    return sum;
  }

  @Test
  void theMeanIsWeightedOverAllCohortsOfWhateverSize() {
    SplittableRandom random = new SplittableRandom(5);
    WeightedMean mean =
        CohortSums.mean(
            P,
            List.of(
                new CohortSums.Sum(sum(250, 0.5, 10, random), 250),
                new CohortSums.Sum(sum(100, -0.25, 40, random), 100),
                new CohortSums.Sum(new int[4], 3)));
    double expected = (250 * 10 * 0.5 - 100 * 40 * 0.25) / (250 * 10 + 100 * 40);
    assertThat(mean.mean()[0]).isCloseTo(expected, within(1e-4));
    assertThat(mean.mean()[1]).isCloseTo(-expected, within(1e-4));
    assertThat(mean.totalWeight()).isCloseTo(6500, within(1.0));
  }

  @Test
  void oneCohortGivesItsOwnMean() {
    int[] sum = sum(10, 0.3, 5, new SplittableRandom(6));
    WeightedMean mean = CohortSums.mean(P, List.of(new CohortSums.Sum(sum, 10)));
    assertThat(mean.mean()).containsExactly(new Quantiser(P, 10).mean(sum).mean(), within(1e-15));
  }

  @Test
  void noWeightOrUnequalLengthsAreRefused() {
    assertThatThrownBy(() -> CohortSums.mean(P, List.of(new CohortSums.Sum(new int[4], 3))))
        .isInstanceOf(NoWeightException.class);
    assertThatThrownBy(
            () ->
                CohortSums.mean(
                    P,
                    List.of(new CohortSums.Sum(new int[4], 3), new CohortSums.Sum(new int[5], 3))))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("4 and 5");
    assertThatThrownBy(() -> CohortSums.mean(P, List.of()))
        .isInstanceOf(MalformedMessageException.class);
  }
}
