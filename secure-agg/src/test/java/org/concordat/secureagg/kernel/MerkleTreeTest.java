package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  private static byte[] vector(int elements) {
    byte[] wire = new byte[2 * elements];
    new Random(elements).nextBytes(wire);
    return wire;
  }

  private static byte[] leaf(byte[] wire, int leaf) {
    int from = 2 * leaf * MerkleRoot.LEAF_ELEMENTS;
    int count = MerkleTree.leafElements(wire.length / 2, leaf);
    return java.util.Arrays.copyOfRange(wire, from, from + 2 * count);
  }

  private static MerkleTree tree(byte[] wire) {
    List<Digest> hashes = new ArrayList<>();
    for (int i = 0; i < MerkleTree.leafCount(wire.length / 2); i++) {
      hashes.add(MerkleTree.leafHash(leaf(wire, i)));
    }
    return MerkleTree.of(hashes);
  }

  @Test
  void everyLeafIsProvenInTreesOfOneToThirtyThreeLeavesAndNoOtherLeafIs() {
    for (int leaves = 1; leaves <= 33; leaves++) {
      byte[] wire = vector((leaves - 1) * MerkleRoot.LEAF_ELEMENTS + 1 + leaves);
      MerkleTree tree = tree(wire);
      Digest root = MerkleRoot.of(wire, 2);
      assertThat(tree.root()).isEqualTo(root);
      for (int leaf = 0; leaf < leaves; leaf++) {
        Digest hash = MerkleTree.leafHash(leaf(wire, leaf));
        List<Digest> path = tree.path(leaf);
        assertThat(MerkleTree.proves(root, leaf, leaves, hash, path)).isTrue();
        for (int other = 0; other < leaves; other++) {
          assertThat(MerkleTree.proves(root, other, leaves, hash, path)).isEqualTo(other == leaf);
        }
        byte[] altered = leaf(wire, leaf);
        altered[0] ^= 1;
        assertThat(MerkleTree.proves(root, leaf, leaves, MerkleTree.leafHash(altered), path))
            .isFalse();
      }
    }
  }

  @Test
  void pathsThatAreShortLongOrAlteredProveNothing() {
    byte[] wire = vector(5 * MerkleRoot.LEAF_ELEMENTS);
    MerkleTree tree = tree(wire);
    Digest hash = MerkleTree.leafHash(leaf(wire, 2));
    List<Digest> path = tree.path(2);
    List<Digest> longer = new ArrayList<>(path);
    longer.add(hash);
    List<Digest> altered = new ArrayList<>(path);
    altered.set(1, hash);
    assertThat(MerkleTree.proves(tree.root(), 2, 5, hash, path.subList(0, 2))).isFalse();
    assertThat(MerkleTree.proves(tree.root(), 2, 5, hash, longer)).isFalse();
    assertThat(MerkleTree.proves(tree.root(), 2, 5, hash, altered)).isFalse();
    assertThat(MerkleTree.proves(tree.root(), -1, 5, hash, path)).isFalse();
    assertThat(MerkleTree.proves(tree.root(), 5, 5, hash, path)).isFalse();
  }

  @Test
  void leavesOfAVectorAreCountedAndTheLastIsShort() {
    assertThat(MerkleTree.leafCount(1)).isEqualTo(1);
    assertThat(MerkleTree.leafCount(4096)).isEqualTo(1);
    assertThat(MerkleTree.leafCount(4097)).isEqualTo(2);
    assertThat(MerkleTree.leafCount(Integer.MAX_VALUE)).isEqualTo(1 << 19);
    assertThat(MerkleTree.leafElements(4097, 0)).isEqualTo(4096);
    assertThat(MerkleTree.leafElements(4097, 1)).isEqualTo(1);
    assertThatThrownBy(() -> MerkleTree.of(List.of()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("without leaves");
  }
}
