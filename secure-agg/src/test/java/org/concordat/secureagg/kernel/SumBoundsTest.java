package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** "A sum that cannot be": honest sums always pass, each bound is the exact one. */
class SumBoundsTest {
  private static final int N = 6;
  private static final Quantisation Q = Quantisation.forCohort(8, N, 5, 1, 100);

  private static int[] honest(SplittableRandom random, int m, int survivors, double norm) {
    Quantiser quantiser = new Quantiser(Q, N);
    int[] sum = new int[m + 1];
    int[] words = new int[m + 1];
    byte[] noise = new byte[4 * (m + 1)];
    for (int s = 0; s < survivors; s++) {
      double[] update = random.doubles(m, -norm, norm).toArray();
      random.nextBytes(noise);
      quantiser.quantise(
          quantiser.clip(update, 1 + random.nextInt(100)), 0, noise, words, 0, m + 1);
      for (int i = 0; i <= m; i++) {
        sum[i] += words[i];
      }
    }
    return sum;
  }

  @Test
  void honestSumsAlwaysPass() {
    for (long seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int survivors = 1 + random.nextInt(N);
      int m = 1 + random.nextInt(300);
      int[] sum = honest(random, m, survivors, Math.pow(10, random.nextInt(5) - 2));
      assertThatCode(() -> new SumBounds(Q, N, survivors).check(sum))
          .as("seed %d, m %d, survivors %d", seed, m, survivors)
          .doesNotThrowAnyException();
    }
  }

  /**
   * All updates alike, at full length and weight, all rounding upwards: the worst that is honest.
   */
  @Test
  void theWorstHonestSumPasses() {
    int m = 400;
    double[] update = new double[m];
    java.util.Arrays.fill(update, 1);
    byte[] up = new byte[4 * (m + 1)];
    java.util.Arrays.fill(up, (byte) 0xff);
    Quantiser quantiser = new Quantiser(Q, N);
    int[] sum = new int[m + 1];
    int[] words = new int[m + 1];
    for (int s = 0; s < N; s++) {
      quantiser.quantise(quantiser.clip(update, 100), 0, up, words, 0, m + 1);
      for (int i = 0; i <= m; i++) {
        sum[i] += words[i];
      }
    }
    assertThatCode(() -> new SumBounds(Q, N, N).check(sum)).doesNotThrowAnyException();
  }

  @Test
  void randomBytesOfOneMemberNeverPass() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] sum = honest(random, 100, N - 1, 1);
      for (int i = 0; i < sum.length; i++) {
        sum[i] = (short) (sum[i] + random.nextInt(1 << 16));
      }
      assertThatThrownBy(() -> new SumBounds(Q, N, N).check(sum))
          .as("seed %d", seed)
          .isInstanceOf(ImpossibleSumException.class);
    }
  }

  @Test
  void eachCoordinateIsBounded() {
    int[] sum = new int[5];
    sum[4] = N * Q.weightLevels(N);
    sum[2] = -N * Q.levels();
    new SumBounds(Q, N, N).check(sum);
    sum[2]--;
    assertThatThrownBy(() -> new SumBounds(Q, N, N).check(sum))
        .isInstanceOf(ImpossibleSumException.class)
        .hasMessageContaining("coordinate 2 of the sum is -763")
        .hasMessageContaining("at most ± 762")
        .hasMessageContaining("nobody is blamed");
    sum[2] = N * Q.levels();
    new SumBounds(Q, N, N).check(sum);
    sum[2] = N * Q.levels() + 1;
    assertThatThrownBy(() -> new SumBounds(Q, N, N).check(sum))
        .isInstanceOf(ImpossibleSumException.class);
  }

  @Test
  void theWeightIsBounded() {
    int[] sum = {0, 3 * Q.weightLevels(N)};
    new SumBounds(Q, N, 3).check(sum);
    sum[1]++;
    assertThatThrownBy(() -> new SumBounds(Q, N, 3).check(sum))
        .isInstanceOf(ImpossibleSumException.class)
        .hasMessageContaining("weight of the sum");
    sum[1] = -1;
    assertThatThrownBy(() -> new SumBounds(Q, N, 3).check(sum))
        .isInstanceOf(ImpossibleSumException.class);
    sum[1] = 0;
    assertThatThrownBy(() -> new SumBounds(Q, N, 3).check(sum))
        .isInstanceOf(NoWeightException.class);
  }

  /** Every coordinate within its bound, together longer than any clipped updates. */
  @Test
  void theNormIsBounded() {
    int m = 10_000;
    int[] sum = new int[m + 1];
    sum[m] = N * Q.weightLevels(N);
    java.util.Arrays.fill(sum, 0, m, 44); // 6 · (127 · 5 / 100 + 1) = 44.1
    new SumBounds(Q, N, N).check(sum);
    java.util.Arrays.fill(sum, 0, m, 45);
    assertThatThrownBy(() -> new SumBounds(Q, N, N).check(sum))
        .isInstanceOf(ImpossibleSumException.class)
        .hasMessageContaining("norm 4500")
        .hasMessageContaining("at most 4410");
  }

  /** The weights shorten the norm: a light member cannot carry a heavy one's vector. */
  @Test
  void theNormFollowsTheWeights() {
    int m = 10_000;
    int[] sum = new int[m + 1];
    sum[m] = Q.weightLevels(N); // as one member of full weight
    java.util.Arrays.fill(sum, 0, m, 12); // 127 · 5 / 100 + 6
    new SumBounds(Q, N, N).check(sum);
    java.util.Arrays.fill(sum, 0, m, 13);
    assertThatThrownBy(() -> new SumBounds(Q, N, N).check(sum))
        .isInstanceOf(ImpossibleSumException.class);
  }

  /** Sixteen coordinates, bounded at half the clip: 2 · (127 · 1 / 0.5 + √16) = 516 is honest. */
  @Test
  void theNormFollowsClipAndCoordinateBoundAndIsExactAtItsBound() {
    Quantisation half = Quantisation.forCohort(8, N, 1, 0.5, 100);
    int[] sum = new int[17];
    sum[16] = 2 * half.weightLevels(N);
    java.util.Arrays.fill(sum, 0, 16, 129); // 4 · 129 = 516
    new SumBounds(half, N, 2).check(sum);
    sum[3] = 130;
    assertThatThrownBy(() -> new SumBounds(half, N, 2).check(sum))
        .isInstanceOf(ImpossibleSumException.class)
        .hasMessageContaining("2 clipped updates of these weights can give at most 516");
  }
}
