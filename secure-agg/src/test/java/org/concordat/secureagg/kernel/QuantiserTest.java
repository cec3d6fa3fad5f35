package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class QuantiserTest {
  private static final Quantisation P = Quantisation.forCohort(8, 4, 10, 1, 100);

  @Test
  void theNarrowestWireThatCannotWrap() {
    assertThat(Quantisation.forCohort(8, 256, 1, 1, 1).wireBits()).isEqualTo(16);
    assertThat(Quantisation.forCohort(9, 256, 1, 1, 1).wireBits()).isEqualTo(24);
    assertThat(Quantisation.forCohort(16, 256, 1, 1, 1).wireBits()).isEqualTo(24);
    assertThat(Quantisation.forCohort(17, 256, 1, 1, 1).wireBits()).isEqualTo(32);
    assertThat(Quantisation.forCohort(14, 4, 1, 1, 1).wireBits()).isEqualTo(16);
    assertThat(Quantisation.forCohort(14, 5, 1, 1, 1).wireBits()).isEqualTo(24);
    assertThatThrownBy(() -> new Quantisation(16, 9, 1, 1, 1).requireNoWrap(256))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("can wrap");
  }

  @TestFactory
  Stream<DynamicTest> extremesNeverWrap() {
    return Seeded.property(
        "no wrap",
        20,
        random -> {
          int members = 3 + random.nextInt(254);
          int q = 2 + random.nextInt(15);
          Quantisation p = Quantisation.forCohort(q, members, 1e6, 1, 5);
          Quantiser quantiser = new Quantiser(p, members);
          int[] sum = new int[3];
          for (int i = 0; i < members; i++) {
            int[] words =
                Rounding.words(quantiser, quantiser.clip(new double[] {9, -9}, 5), random);
            Ring.accumulate(p.wireBits(), sum, 0, Ring.pack(p.wireBits(), words, 0, 3), 0, 3);
          }
          Ring.centre(p.wireBits(), sum);
          assertThat(sum[0]).isEqualTo(members * p.levels());
          assertThat(sum[1]).isEqualTo(-members * p.levels());
          assertThat(sum[2]).isEqualTo(members * p.weightLevels(members));
          WeightedMean mean = quantiser.mean(sum);
          assertThat(mean.mean()[0]).isCloseTo(1, within(1e-9));
          assertThat(mean.totalWeight()).isCloseTo(5.0 * members, within(1e-9));
        });
  }

  /**
   * Mean of 200,000 roundings: standard error below 0.5 / √200,000 = 0.0012 steps; six of them
   * allowed.
   */
  @Test
  void roundingIsUnbiased() {
    Quantiser quantiser = new Quantiser(Quantisation.forCohort(8, 4, 100, 1, 100), 4);
    SplittableRandom random = new SplittableRandom(9);
    for (double value : new double[] {0.5, 0.123, -0.77, 1e-4, -1e-4}) {
      double[] update = new double[200];
      Arrays.fill(update, value);
      long total = 0;
      for (int i = 0; i < 1000; i++) {
        int[] words = Rounding.words(quantiser, quantiser.clip(update, 50), random);
        total += Arrays.stream(words, 0, 200).sum();
      }
      double expected = value * 0.5 * P.levels();
      assertThat(total / 200_000.0).isCloseTo(expected, within(0.0072));
    }
  }

  @Test
  void clipsTheNormThenTheCoordinates() {
    Quantiser quantiser = new Quantiser(new Quantisation(16, 8, 5, 4, 1), 4);
    assertThat(quantiser.clip(new double[] {3, 4}, 1).values()).containsExactly(3, 4);
    assertThat(quantiser.clip(new double[] {6, 8}, 1).values()).containsExactly(3, 4);
    assertThat(quantiser.clip(new double[] {10, 0}, 1).values()).containsExactly(4, 0);
    assertThat(quantiser.clip(new double[] {0, 0}, 0).values()).containsExactly(0, 0);
  }

  @Test
  void badUpdatesAreRejectedByPosition() {
    Quantiser quantiser = new Quantiser(P, 4);
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> quantiser.clip(new double[] {0, bad}, 1))
          .isInstanceOf(BadUpdateException.class)
          .hasMessageContaining("Value 1");
    }
    assertThatThrownBy(() -> quantiser.clip(new double[] {1e300}, 1))
        .hasMessageContaining("overflows");
    for (double bad : new double[] {-1, 100.01, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> quantiser.clip(new double[1], bad))
          .isInstanceOf(BadUpdateException.class)
          .hasMessageContaining("weight");
    }
  }

  @Test
  void noWeightIsAnAbort() {
    Quantiser quantiser = new Quantiser(P, 4);
    assertThatThrownBy(() -> quantiser.mean(new int[] {1, 0}))
        .isInstanceOf(NoWeightException.class);
    assertThatThrownBy(() -> quantiser.mean(new int[] {1, -3}))
        .isInstanceOf(NoWeightException.class);
  }

  @Test
  void parametersOutOfRange() {
    assertThatThrownBy(() -> new Quantisation(8, 4, 1, 1, 1))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> new Quantisation(16, 16, 1, 1, 1)).hasMessageContaining("do not fit");
    assertThatThrownBy(() -> new Quantisation(16, 8, Double.NaN, 1, 1))
        .hasMessageContaining("clipNormL2");
    assertThatThrownBy(() -> new Quantisation(16, 8, 1, 2, 1))
        .hasMessageContaining("coordinateBound");
    assertThatThrownBy(() -> new Quantisation(16, 8, 1, 1, 0)).hasMessageContaining("maxWeight");
  }

  @Test
  void theBoundsThemselvesAreAllowed() {
    assertThat(new Quantisation(16, 2, 1, 1, 1).levels()).isEqualTo(1);
    assertThat(new Quantisation(32, 24, 1, 1, 1).levels()).isEqualTo((1 << 23) - 1);
    for (int bits : new int[] {1, 25}) {
      assertThatThrownBy(() -> new Quantisation(32, bits, 1, 1, 1))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining(String.valueOf(bits));
    }
    assertThatThrownBy(() -> new Quantisation(24, 24, 1, 1, 1)).hasMessageContaining("do not fit");
    assertThatThrownBy(() -> new Quantisation(16, 8, 0, 1, 1)).hasMessageContaining("clipNormL2");
    assertThatThrownBy(() -> new Quantisation(16, 8, Double.POSITIVE_INFINITY, 1, 1))
        .hasMessageContaining("clipNormL2");
    assertThatThrownBy(() -> new Quantisation(16, 8, 1, 0, 1))
        .hasMessageContaining("coordinateBound");
    assertThatThrownBy(() -> new Quantisation(16, 8, 1, 1, Double.POSITIVE_INFINITY))
        .hasMessageContaining("maxWeight");
    Quantisation tight = new Quantisation(16, 8, 1, 1, 1);
    assertThat(tight.requireNoWrap(256)).isSameAs(tight);
    assertThatThrownBy(() -> tight.requireNoWrap(257)).hasMessageContaining("can wrap");
    assertThatThrownBy(() -> Quantisation.forCohort(24, 257, 1, 1, 1)).hasMessageContaining("33");
    assertThat(Quantisation.forCohort(24, 256, 1, 1, 1).wireBits()).isEqualTo(32);
    assertThat(Quantisation.forCohort(16, 256, 1, 1, 1).wireBytes()).isEqualTo(3);
    assertThat(tight.weightLevels(256)).isEqualTo(127);
    assertThat(tight.weightLevels(1)).isEqualTo(32_767);
    assertThat(Quantisation.ceilLog2(1)).isZero();
    assertThat(Quantisation.ceilLog2(2)).isEqualTo(1);
    assertThat(Quantisation.ceilLog2(1 << 16)).isEqualTo(16);
    for (int members : new int[] {0, (1 << 16) + 1}) {
      assertThatThrownBy(() -> Quantisation.ceilLog2(members))
          .hasMessageContaining(String.valueOf(members));
    }
  }

  @Test
  void stepErrorAndEncodingAreWhatTheyAreSaidToBe() {
    Quantisation p = new Quantisation(24, 9, 2, 0.5, 7);
    assertThat(p.step()).isEqualTo(0.5 / 255);
    assertThat(p.expectedRelativeError(600, 4))
        .isCloseTo(0.5 / 255 * Math.sqrt(600 / 24.0) / 2, within(1e-15));
    var out = new org.concordat.secureagg.codec.ByteWriter();
    p.write(out);
    assertThat(out.toBytes()).hasSize(Quantisation.ENCODED_BYTES);
    assertThat(Quantisation.read(new org.concordat.secureagg.codec.ByteReader(out.toBytes())))
        .isEqualTo(p);
  }

  @Test
  void theWholeWeightAndNoneAreExact() {
    Quantiser quantiser = new Quantiser(P, 4);
    SplittableRandom random = new SplittableRandom(2);
    double[] update = {1, -1, 0};
    assertThat(Rounding.words(quantiser, quantiser.clip(update, 100), random))
        .containsExactly(127, -127, 0, P.weightLevels(4));
    assertThat(Rounding.words(quantiser, quantiser.clip(update, 0), random))
        .containsExactly(0, 0, 0, 0);
    assertThat(quantiser.clip(update, 0).elements()).isEqualTo(4);
    double[] many = new double[10_000];
    Arrays.fill(many, 0.05);
    int[] words = Rounding.words(quantiser, quantiser.clip(many, 100), random);
    assertThat(Arrays.stream(words, 0, 10_000).min()).hasValue(6);
    assertThat(Arrays.stream(words, 0, 10_000).max()).hasValue(7);
  }

  /** ⌊v + u⌋ of the clipped value in steps, to the bias that is allowed. */
  @TestFactory
  Stream<DynamicTest> eachWordIsTheFloorOfItsValueAndItsNoise() {
    return Seeded.property(
        "floor",
        50,
        random -> {
          double bound = Math.pow(10, random.nextInt(9) - 4);
          int q = 2 + random.nextInt(23);
          Quantisation p = Quantisation.forCohort(q, 4, bound * (1 + random.nextInt(50)), bound, 9);
          Quantiser quantiser = new Quantiser(p, 4);
          double[] update = random.doubles(500, -1.2 * bound, 1.2 * bound).toArray();
          double weight = random.nextBoolean() ? 9 : 9 * random.nextDouble();
          Clipped clipped = quantiser.clip(update, weight);
          double[] values = clipped.values();
          int first = random.nextInt(501);
          int count = random.nextInt(502 - first);
          byte[] noise = new byte[4 * 501];
          random.nextBytes(noise);
          int[] words = new int[510];
          Arrays.fill(words, 77);
          quantiser.quantise(clipped, first, noise, words, 5, count);
          for (int i = 0; i < count; i++) {
            boolean isWeight = first + i == 500;
            double levels = isWeight ? p.weightLevels(4) : p.levels();
            double value = isWeight ? 1 : values[first + i] / bound;
            double v = weight / 9 * value * levels;
            double u = (Ring.fromBytes(noise)[i] & 0xffff_ffffL) * 0x1p-32;
            double allowed = isWeight ? 0x1p-20 : 0x1p-27;
            assertThat(words[5 + i] - u).isBetween(v - 1 - allowed, v + allowed);
            assertThat((double) Math.abs(words[5 + i])).isLessThanOrEqualTo(levels);
          }
          assertThat(Arrays.copyOf(words, 5)).containsOnly(77);
          assertThat(Arrays.copyOfRange(words, 5 + count, 510)).containsOnly(77);
        });
  }

  @Test
  void anElementThatIsNotThereIsRefused() {
    Quantiser quantiser = new Quantiser(P, 4);
    Clipped clipped = quantiser.clip(new double[2], 1);
    assertThatThrownBy(() -> quantiser.quantise(clipped, 2, new byte[8], new int[2], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aLongVectorsNormIsThatOfAllItsPieces() {
    SplittableRandom random = new SplittableRandom(8);
    for (int length : new int[] {1, 2, 3, 5, 32_767, 32_768, 32_769, 98_306, 300_003}) {
      double[] update = random.doubles(length, -1, 1).toArray();
      double exact = Math.sqrt(Arrays.stream(update).map(x -> x * x).sum());
      Quantiser quantiser = new Quantiser(Quantisation.forCohort(8, 4, exact / 2, exact / 2, 1), 4);
      double[] half = quantiser.clip(update, 1).values();
      for (int i : new int[] {0, length / 2, length - 1}) {
        assertThat(half[i]).isCloseTo(update[i] / 2, within(1e-12));
      }
      Quantiser wide = new Quantiser(Quantisation.forCohort(8, 4, exact * 1.001, exact, 1), 4);
      assertThat(wide.clip(update, 1).values()).isEqualTo(update);
    }
  }

  @Test
  void measuredErrorIsTheExpectedOne() {
    int m = 20_000;
    Quantisation p = Quantisation.forCohort(8, 4, 1, 0.1, 1);
    Quantiser quantiser = new Quantiser(p, 4);
    SplittableRandom random = new SplittableRandom(4);
    int[] sum = new int[m + 1];
    double[] exact = new double[m];
    for (int i = 0; i < 4; i++) {
      double[] update = random.doubles(m, -0.006, 0.006).toArray();
      int[] words = Rounding.words(quantiser, quantiser.clip(update, 1), random);
      for (int k = 0; k <= m; k++) {
        sum[k] += words[k];
      }
      double[] clipped = quantiser.clip(update, 1).values();
      for (int k = 0; k < m; k++) {
        exact[k] += clipped[k] / 4;
      }
    }
    double[] mean = quantiser.mean(sum).mean();
    double squares = 0;
    for (int k = 0; k < m; k++) {
      squares += (mean[k] - exact[k]) * (mean[k] - exact[k]);
    }
    assertThat(Math.sqrt(squares))
        .isCloseTo(p.expectedRelativeError(m, 4), within(0.02 * p.expectedRelativeError(m, 4)));
  }
}
