package org.concordat.coordinator.intake;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;

/** Makes the Merkle tree of an upload from its bytes in order, in pieces of any size. */
final class LeafHashes {
  private final List<Digest> leaves = new ArrayList<>();
  private final byte[] leaf;
  private int inLeaf;

  /**
   * @param elementBytes bytes of one packed element
   */
  LeafHashes(int elementBytes) {
    this.leaf = new byte[MerkleRoot.LEAF_ELEMENTS * elementBytes];
  }

  /** Appends what remains in the buffer. */
  void update(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), leaf.length - inLeaf);
      bytes.get(leaf, inLeaf, count);
      inLeaf += count;
      if (inLeaf == leaf.length) {
        leaves.add(MerkleTree.leafHash(leaf));
        inLeaf = 0;
      }
    }
  }

  /** The tree over everything so far, at least one byte; call it once, last. */
  MerkleTree tree() {
    if (inLeaf > 0) {
      leaves.add(MerkleTree.leafHash(Arrays.copyOf(leaf, inLeaf)));
    }
    return MerkleTree.of(leaves);
  }
}
