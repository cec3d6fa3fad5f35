package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.concordat.secureagg.Digest;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MerkleRootTest {
  /** RFC 6962 section 2.1, as it is written there. */
  private static byte[] reference(byte[][] leaves) {
    if (leaves.length == 0) {
      return Digest.sha256().bytes();
    }
    if (leaves.length == 1) {
      return Digest.sha256(new byte[] {0}, leaves[0]).bytes();
    }
    int k = Integer.highestOneBit(leaves.length - 1);
    return Digest.sha256(
            new byte[] {1},
            reference(Arrays.copyOfRange(leaves, 0, k)),
            reference(Arrays.copyOfRange(leaves, k, leaves.length)))
        .bytes();
  }

  @TestFactory
  Stream<DynamicTest> agreesWithTheRecursiveDefinitionInPiecesOfAnySize() {
    return Seeded.property(
        "RFC 6962",
        20,
        random -> {
          int leaf = MerkleRoot.LEAF_ELEMENTS * 2;
          byte[] bytes = new byte[2 * random.nextInt(12 * MerkleRoot.LEAF_ELEMENTS)];
          random.nextBytes(bytes);
          byte[][] leaves = new byte[(bytes.length + leaf - 1) / leaf][];
          for (int i = 0; i < leaves.length; i++) {
            leaves[i] = Arrays.copyOfRange(bytes, i * leaf, Math.min(bytes.length, (i + 1) * leaf));
          }
          Digest expected = new Digest(reference(leaves));
          assertThat(MerkleRoot.of(bytes, 2)).isEqualTo(expected);
          MerkleRoot pieces = new MerkleRoot(2);
          for (int at = 0; at < bytes.length; ) {
            int take = Math.min(bytes.length - at, 1 + random.nextInt(10_000));
            pieces.update(bytes, at, take);
            at += take;
          }
          assertThat(pieces.root()).isEqualTo(expected);
        });
  }

  @Test
  void oneWordChangesTheRoot() {
    int[] words = new int[10_000];
    Digest before = MerkleRoot.ofWords(words);
    words[9_999] = 1;
    assertThat(MerkleRoot.ofWords(words)).isNotEqualTo(before);
    assertThat(MerkleRoot.ofWords(words)).isEqualTo(MerkleRoot.of(Ring.toBytes(words), 4));
  }

  @Test
  void nothingHasTheHashOfNoBytes() {
    assertThat(MerkleRoot.of(new byte[0], 2)).isEqualTo(Digest.sha256());
    assertThat(MerkleRoot.ofWords(new int[0])).isEqualTo(Digest.sha256());
    assertThat(new MerkleRoot(2).root()).isEqualTo(Digest.sha256());
    assertThat(new MerkleRoot(2).update(new byte[9], 3, 0).root()).isEqualTo(Digest.sha256());
  }

  @Test
  void wholeLeavesHaveNoEmptyOneAfterThem() {
    for (int leaves = 1; leaves < 9; leaves++) {
      byte[] bytes = new byte[leaves * MerkleRoot.LEAF_ELEMENTS * 3];
      Arrays.fill(bytes, (byte) leaves);
      Digest streamed = new MerkleRoot(3).update(bytes, 0, bytes.length).root();
      assertThat(streamed).isEqualTo(MerkleRoot.of(bytes, 3));
    }
  }
}
