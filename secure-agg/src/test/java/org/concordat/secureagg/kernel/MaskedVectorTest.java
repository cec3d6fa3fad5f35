package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MaskedVectorTest {
  private static Bytes key(RandomGenerator random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Bytes.of(key);
  }

  private static List<MaskTerm> terms(RandomGenerator random, int count) {
    List<MaskTerm> terms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      terms.add(new MaskTerm(key(random), random.nextBoolean()));
    }
    return terms;
  }

  /** One kernel after the other over the whole vector: the definition. */
  private static byte[] plain(
      Quantiser quantiser, Clipped update, Bytes noiseKey, List<MaskTerm> masks, int wireBits) {
    int[] words = new int[update.elements()];
    byte[] noise = new byte[4 * words.length];
    new MaskStream(noiseKey).nextBytes(noise);
    quantiser.quantise(update, 0, noise, words, 0, words.length);
    for (MaskTerm mask : masks) {
      new MaskStream(mask.key()).apply(words, 0, words.length, 0, mask.added());
    }
    return Ring.pack(wireBits, words, 0, words.length);
  }

  @TestFactory
  Stream<DynamicTest> threadsAndChunkSizeChangeNoByte() {
    return Seeded.property(
        "one pass",
        12,
        random -> {
          int leaf = MerkleRoot.LEAF_ELEMENTS;
          int m = 1 + random.nextInt(9 * leaf);
          int[] edges = {1, leaf - 2, leaf - 1, leaf, leaf + 1, 3 * leaf - 1, m, m, m};
          double[] update =
              random.doubles(edges[random.nextInt(edges.length)], -0.1, 0.1).toArray();
          int wireBits = 16 + 8 * random.nextInt(3);
          Quantiser quantiser = new Quantiser(new Quantisation(wireBits, 12, 5, 0.09, 50), 4);
          Clipped clipped = quantiser.clip(update, 20);
          Bytes noiseKey = key(random);
          List<MaskTerm> masks = terms(random, 1 + random.nextInt(6));
          byte[] expected = plain(quantiser, clipped, noiseKey, masks, wireBits);
          for (int threads : new int[] {1, 2, 3, 7}) {
            for (int leavesPerChunk : new int[] {1, 2, 3, 100}) {
              MaskedVector made =
                  MaskedVector.of(quantiser, clipped, noiseKey, masks, threads, leavesPerChunk);
              assertThat(made.wire()).as("%s threads", threads).isEqualTo(expected);
              assertThat(made.root()).isEqualTo(MerkleRoot.of(expected, wireBits / 8));
            }
          }
          assertThat(MaskedVector.of(quantiser, clipped, noiseKey, masks).wire())
              .isEqualTo(expected);
        });
  }

  @Test
  void aLongVectorOnAllProcessorsIsTheSame() {
    SplittableRandom random = new SplittableRandom(3);
    Quantiser quantiser = new Quantiser(Quantisation.forCohort(16, 9, 10, 1, 100), 9);
    Clipped clipped = quantiser.clip(random.doubles(600_000, -0.02, 0.02).toArray(), 3);
    Bytes noiseKey = key(random);
    List<MaskTerm> masks = terms(random, 3);
    MaskedVector made = MaskedVector.of(quantiser, clipped, noiseKey, masks);
    assertThat(made.wire()).isEqualTo(plain(quantiser, clipped, noiseKey, masks, 24));
    assertThat(made.root()).isEqualTo(MerkleRoot.of(made.wire(), 3));
  }

  @Test
  void nothingIsMadeWithoutAMask() {
    Quantiser quantiser = new Quantiser(Quantisation.forCohort(16, 9, 10, 1, 100), 9);
    Clipped clipped = quantiser.clip(new double[] {1}, 3);
    assertThatThrownBy(() -> MaskedVector.of(quantiser, clipped, key(new Random(1)), List.of()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("without a mask");
  }
}
