package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.testkit.Seeded;
import org.concordat.testkit.TestRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ShamirTest {
  @TestFactory
  Stream<DynamicTest> fieldArithmeticAgreesWithBigInteger() {
    BigInteger p = BigInteger.valueOf(Shamir.P);
    return Seeded.property(
        "F_p",
        5,
        random -> {
          for (int i = 0; i < 1000; i++) {
            long a = i < 3 ? Shamir.P - 1 - i : random.nextLong(Shamir.P);
            long b = i < 3 ? Shamir.P - 1 : random.nextLong(Shamir.P);
            BigInteger product = BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).mod(p);
            assertThat(Shamir.multiply(a, b)).isEqualTo(product.longValueExact());
            if (a != 0) {
              assertThat(Shamir.multiply(a, Shamir.inverse(a))).isEqualTo(1);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everySubsetOfTheThresholdAgrees() {
    return Seeded.property(
        "t-subsets",
        10,
        random -> {
          int n = 3 + random.nextInt(4);
          int t = 1 + random.nextInt(n);
          byte[] secret = new byte[32];
          random.nextBytes(secret);
          if (random.nextInt(4) == 0) {
            Arrays.fill(secret, (byte) (random.nextBoolean() ? 0xff : 0));
          }
          List<Integer> indices = IntStream.range(0, n).map(i -> 40 * i).boxed().toList();
          List<byte[]> shares = Shamir.share(secret, t, indices, new TestRandom(random.nextLong()));
          for (int mask = 0; mask < 1 << n; mask++) {
            if (Integer.bitCount(mask) != t) {
              continue;
            }
            List<Integer> chosen = new ArrayList<>();
            List<byte[]> theirs = new ArrayList<>();
            for (int i = 0; i < n; i++) {
              if ((mask >> i & 1) == 1) {
                chosen.add(indices.get(i));
                theirs.add(shares.get(i));
              }
            }
            assertThat(Shamir.combiner(chosen).combine(theirs)).isEqualTo(secret);
          }
        });
  }

  @Test
  void fullSizeCohort() {
    List<Integer> indices = new ArrayList<>(IntStream.range(0, 256).boxed().toList());
    byte[] secret = new byte[32];
    new Random(3).nextBytes(secret);
    List<byte[]> shares = Shamir.share(secret, 129, indices, new TestRandom(1));
    List<Integer> order = new ArrayList<>(indices);
    Collections.shuffle(order, new Random(5));
    List<Integer> chosen = order.subList(0, 129);
    assertThat(Shamir.combiner(chosen).combine(chosen.stream().map(shares::get).toList()))
        .isEqualTo(secret);
  }

  /**
   * Chi-square over 16 buckets of the top bits of a limb; 15 degrees of freedom, 56.5 is exceeded
   * with probability 1e-6.
   */
  @Test
  void oneShareTooFewLooksUniformWhateverTheSecret() {
    for (int fill : new int[] {0, 0xff}) {
      byte[] secret = new byte[32];
      Arrays.fill(secret, (byte) fill);
      TestRandom random = new TestRandom(77 + fill);
      int[][] buckets = new int[10][16];
      int trials = 8000;
      for (int i = 0; i < trials; i++) {
        List<byte[]> shares = Shamir.share(secret, 3, List.of(0, 1, 2), random);
        for (int k = 0; k < 10; k++) {
          long limb = ByteBuffer.wrap(shares.get(k % 2)).getLong(8 * (k / 2));
          buckets[k][(int) (limb >>> 57)]++;
        }
      }
      for (int[] counts : buckets) {
        double expected = trials / 16.0;
        double chi =
            Arrays.stream(counts)
                .mapToDouble(c -> (c - expected) * (c - expected) / expected)
                .sum();
        assertThat(chi).isLessThan(56.5);
      }
    }
  }

  @Test
  void oversizedLimbsAndForeignNumbersAreRejected() {
    List<Integer> holders = List.of(0);
    ByteBuffer large = ByteBuffer.allocate(40).putLong(0, 1L << 52);
    assertThatThrownBy(() -> Shamir.combiner(holders).combine(List.of(large.array())))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("limb 0");
    ByteBuffer last = ByteBuffer.allocate(40).putLong(32, 1L << 48);
    assertThatThrownBy(() -> Shamir.combiner(holders).combine(List.of(last.array())))
        .hasMessageContaining("limb 4");
    ByteBuffer outside = ByteBuffer.allocate(40).putLong(0, Shamir.P);
    assertThatThrownBy(() -> Shamir.combiner(holders).combine(List.of(outside.array())))
        .hasMessageContaining("no field element");
    assertThatThrownBy(() -> Shamir.combiner(List.of(1, 1))).hasMessageContaining("twice");
  }

  /** Every limb's sum is then P exactly before it is reduced. */
  @Test
  void theZeroSecretComesBack() {
    List<Integer> indices = List.of(5, 2, 9);
    List<byte[]> shares = Shamir.share(new byte[32], 2, indices, new TestRandom(6));
    assertThat(Shamir.combiner(List.of(5, 9)).combine(List.of(shares.get(0), shares.get(2))))
        .containsOnly(0);
    assertThat(Shamir.combiner(List.of(9, 2)).combine(List.of(shares.get(2), shares.get(1))))
        .containsOnly(0);
  }

  @Test
  void wrongSizesAreRefused() {
    TestRandom random = new TestRandom(2);
    List<Integer> two = List.of(0, 1);
    assertThatThrownBy(() -> Shamir.share(new byte[31], 1, two, random))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("31 bytes");
    for (int threshold : new int[] {0, 3}) {
      assertThatThrownBy(() -> Shamir.share(new byte[32], threshold, two, random))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("threshold " + threshold);
    }
    assertThat(Shamir.share(new byte[32], 2, two, random)).hasSize(2);
    assertThatThrownBy(() -> Shamir.combiner(two).combine(List.of(new byte[40])))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("1 shares for 2");
    assertThatThrownBy(() -> Shamir.combiner(two).combine(List.of(new byte[41], new byte[40])))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("41 bytes");
  }
}
