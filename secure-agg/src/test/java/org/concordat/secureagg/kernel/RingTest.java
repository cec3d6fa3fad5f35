package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RingTest {
  private static final int[] WIDTHS = {16, 24, 32};

  private static int[] centredSum(int bits, int[] a, int[] b) {
    long modulus = 1L << bits;
    int[] sum = new int[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (int) (Math.floorMod((long) a[i] + b[i] + modulus / 2, modulus) - modulus / 2);
    }
    return sum;
  }

  @TestFactory
  Stream<DynamicTest> whatIsFoldedAndUnmaskedIsTheSum() {
    return Seeded.property(
        "fold and unmask",
        5,
        random -> {
          int n = 2 * Ring.BLOCK + 1 + random.nextInt(100);
          int[] a = random.ints(n).toArray();
          int[] b = random.ints(n).toArray();
          List<MaskTerm> terms = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            terms.add(new MaskTerm(Bytes.of(key), i != 1));
          }
          for (int bits : WIDTHS) {
            int[] masked = b.clone();
            Masks.add(masked, 0, terms, 1);
            Accumulator folded = new Accumulator(bits, 0, n);
            folded.fold(0, Ring.pack(bits, a, 0, n), 0, n);
            folded.fold(0, Ring.pack(bits, masked, 0, n), 0, n);
            Unmasker.unmask(bits, folded.sum(), 0, terms, 2);
            assertThat(folded.sum()).isEqualTo(centredSum(bits, a, b));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> packThenAccumulateIsAdditionModulo() {
    return Seeded.property(
        "pack/accumulate",
        12,
        random -> {
          int n = Ring.BLOCK + random.nextInt(2 * Ring.BLOCK);
          int[] a = random.ints(n).toArray();
          int[] b = random.ints(n).toArray();
          for (int bits : WIDTHS) {
            int[] sum = new int[n];
            for (int[] words : List.of(a, b)) {
              Ring.accumulate(bits, sum, 0, Ring.pack(bits, words, 0, n), 0, n);
            }
            Ring.centre(bits, sum);
            assertThat(sum).isEqualTo(centredSum(bits, a, b));
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
          int n = 10 * Ring.BLOCK + 7;
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
          int cut = Ring.BLOCK * random.nextInt(10);
          int[] joined = new int[n];
          for (int[] range : new int[][] {{0, cut}, {cut, n}}) {
            Accumulator part = new Accumulator(bits, range[0], range[1] - range[0]);
            int middle = (range[0] + range[1]) / 2 / Ring.BLOCK * Ring.BLOCK;
            part.fold(middle, wire, middle * bits / 8, range[1] - middle);
            part.fold(range[0], wire, range[0] * bits / 8, middle - range[0]);
            Unmasker.unmask(bits, part.sum(), range[0], terms, 1 + random.nextInt(4));
            System.arraycopy(part.sum(), 0, joined, range[0], range[1] - range[0]);
          }
          assertThat(joined).isEqualTo(whole.sum());
        });
  }

  @TestFactory
  Stream<DynamicTest> nothingOutsideTheRangeIsReadOrWritten() {
    return Seeded.property(
        "ranges",
        12,
        random -> {
          for (int bits : WIDTHS) {
            int before = 1 + random.nextInt(50);
            int offset = 1 + random.nextInt(50);
            int n = Ring.BLOCK * random.nextInt(3) + random.nextInt(100);
            int[] words = random.ints(before + n + 7L).toArray();
            byte[] packed = Ring.pack(bits, words, before, n);
            assertThat(packed)
                .isEqualTo(Ring.pack(bits, Arrays.copyOfRange(words, before, before + n), 0, n));
            byte[] wire = new byte[offset + packed.length + 9];
            random.nextBytes(wire);
            byte[] around = wire.clone();
            System.arraycopy(packed, 0, around, offset, packed.length);
            Ring.pack(bits, words, before, n, wire, offset);
            assertThat(wire).isEqualTo(around);
            int[] sum = new int[before + n + 7];
            Arrays.fill(sum, 5);
            Ring.accumulate(bits, sum, before, wire, offset, n);
            Ring.accumulate(bits, sum, before, wire, offset, n);
            for (int i = 0; i < sum.length; i++) {
              boolean inside = i >= before && i < before + n;
              long modulus = 1L << bits;
              long expected = inside ? Math.floorMod(5 + 2L * words[i], modulus) : 5;
              assertThat(Math.floorMod((long) sum[i], modulus))
                  .as("word %s", i)
                  .isEqualTo(expected);
            }
          }
        });
  }

  @Test
  void rangesOutsideAreRefused() {
    assertThatThrownBy(() -> Ring.pack(24, new int[4], 1, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Ring.accumulate(16, new int[4], 0, new byte[8], 2, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Ring.accumulate(16, new int[4], 2, new byte[8], 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Ring.accumulate(24, new int[4], 0, new byte[11], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Ring.pack(8, new int[4], 0, 4))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("wire bits 8");
    assertThatThrownBy(() -> Ring.fromBytes(new byte[7]))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("7 bytes");
    assertThatThrownBy(() -> Ring.accumulate(8, new int[4], 0, new byte[8], 0, 4))
        .hasMessageContaining("16, 24 or 32");
    assertThatThrownBy(() -> new Accumulator(16, 4096, 4).fold(0, new byte[8], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Accumulator(16, 0, 400).fold(99, new byte[8], 0, 4))
        .hasMessageContaining("element 99");
  }

  @Test
  void theWireIsLaidOutAsDocumented() {
    int[] words = new int[Ring.BLOCK + 2];
    Arrays.setAll(words, i -> i * 0x10305 + 7);
    byte[] narrow = Ring.pack(16, words, 0, words.length);
    byte[] wide = Ring.pack(24, words, 0, words.length);
    for (int i = 0; i < Ring.BLOCK; i++) {
      int low = 4 * (i % 2048) + 2 * (i / 2048);
      for (byte[] wire : List.of(narrow, wide)) {
        assertThat(wire[low]).isEqualTo((byte) words[i]);
        assertThat(wire[low + 1]).isEqualTo((byte) (words[i] >>> 8));
      }
      assertThat(wide[8192 + 4 * (i % 1024) + i / 1024]).isEqualTo((byte) (words[i] >>> 16));
    }
    int last = words[Ring.BLOCK + 1];
    assertThat(Arrays.copyOfRange(narrow, 8194, 8196)).containsExactly(last, last >>> 8);
    assertThat(Arrays.copyOfRange(wide, 12_291, 12_294))
        .containsExactly(last, last >>> 8, last >>> 16);
  }

  @Test
  void wordsSurviveTheirBytes() {
    int[] words = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
    assertThat(Ring.fromBytes(Ring.toBytes(words))).isEqualTo(words);
    assertThat(Arrays.copyOf(Ring.toBytes(new int[] {0x04030201}), 4)).containsExactly(1, 2, 3, 4);
  }
}
