package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RingTest {
  @TestFactory
  Stream<DynamicTest> packThenAccumulateIsAdditionModulo() {
    return Seeded.property(
        "pack/accumulate",
        30,
        random -> {
          int bits = new int[] {16, 24, 32}[random.nextInt(3)];
          int[] a = random.ints(257).toArray();
          int[] b = random.ints(257).toArray();
          int[] sum = new int[257];
          for (int[] words : List.of(a, b)) {
            Ring.accumulate(bits, sum, 0, Ring.pack(bits, words, 0, 257), 0, 257);
          }
          Ring.centre(bits, sum);
          for (int i = 0; i < 257; i++) {
            long modulus = 1L << bits;
            long expected = Math.floorMod((long) a[i] + b[i] + modulus / 2, modulus) - modulus / 2;
            assertThat((long) sum[i]).isEqualTo(expected);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> chunksAndThreadsChangeNothing() {
    return Seeded.property(
        "chunks and threads",
        10,
        random -> {
          int bits = new int[] {16, 24, 32}[random.nextInt(3)];
          int n = 10_007;
          byte[] wire = new byte[n * bits / 8];
          random.nextBytes(wire);
          List<MaskTerm> terms = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            terms.add(new MaskTerm(Bytes.of(key), i % 2 == 0));
          }
          Accumulator whole = new Accumulator(bits, 0, n);
          whole.fold(0, wire, 0, n);
          Unmasker.unmask(bits, whole.sum(), 0, terms, 1);
          int cut = random.nextInt(n);
          int[] joined = new int[n];
          for (int[] range : new int[][] {{0, cut}, {cut, n}}) {
            Accumulator part = new Accumulator(bits, range[0], range[1] - range[0]);
            int middle = (range[0] + range[1]) / 2;
            part.fold(middle, wire, middle * bits / 8, range[1] - middle);
            part.fold(range[0], wire, range[0] * bits / 8, middle - range[0]);
            Unmasker.unmask(bits, part.sum(), range[0], terms, 1 + random.nextInt(4));
            System.arraycopy(part.sum(), 0, joined, range[0], range[1] - range[0]);
          }
          assertThat(joined).isEqualTo(whole.sum());
        });
  }

  @Test
  void rangesOutsideAreRefused() {
    assertThatThrownBy(() -> Ring.accumulate(16, new int[4], 2, new byte[8], 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Ring.accumulate(24, new int[4], 0, new byte[11], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Ring.accumulate(8, new int[4], 0, new byte[8], 0, 4))
        .hasMessageContaining("16, 24 or 32");
    assertThatThrownBy(() -> new Accumulator(16, 100, 4).fold(99, new byte[8], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void wordsSurviveTheirBytes() {
    int[] words = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
    assertThat(Ring.fromBytes(Ring.toBytes(words))).isEqualTo(words);
    assertThat(Arrays.copyOf(Ring.toBytes(new int[] {0x04030201}), 4)).containsExactly(1, 2, 3, 4);
  }
}
