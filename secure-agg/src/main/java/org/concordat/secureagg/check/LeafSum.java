package org.concordat.secureagg.check;

import java.util.Arrays;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Task;
import org.jspecify.annotations.Nullable;

/** One leaf of several packed vectors, added up; each shown to belong to its signed root first. */
public final class LeafSum {
  private final Task task;
  private final int leaf;
  private final String culprit;
  private final Accumulator sum;
  private final int elements;

  /**
   * @param leaf from 0
   * @param culprit who delivers the leaves and is to blame for one that is missing or wrong
   */
  public LeafSum(Task task, int leaf, String culprit) {
    this.task = task;
    this.leaf = leaf;
    this.culprit = culprit;
    this.elements = MerkleTree.leafElements(task.elements(), leaf);
    this.sum =
        new Accumulator(task.quantisation().wireBits(), leaf * MerkleRoot.LEAF_ELEMENTS, elements);
  }

  /**
   * Adds one vector's leaf.
   *
   * @param of whose vector
   * @param root what its maker signed
   * @throws Refusal LEAF_WITHHELD or WRONG_ROOT
   */
  public void add(String of, Digest root, @Nullable LeafProof proof) throws Refusal {
    if (proof == null) {
      throw new Refusal(
          Reason.LEAF_WITHHELD,
          culprit,
          "leaf %d of %s's vector was not delivered".formatted(leaf, of));
    }
    byte[] wire = proof.wire().toArray();
    boolean fits =
        wire.length == elements * task.quantisation().wireBytes()
            && MerkleTree.proves(
                root,
                leaf,
                MerkleTree.leafCount(task.elements()),
                MerkleTree.leafHash(wire),
                proof.path());
    if (!fits) {
      throw new Refusal(
          Reason.WRONG_ROOT,
          culprit,
          "leaf %d of %s's vector does not belong to the root %s that %s signed"
              .formatted(leaf, of, root.shortHex(), of));
    }
    sum.fold(leaf * MerkleRoot.LEAF_ELEMENTS, wire, 0, elements);
  }

  /** The words, not a copy; anything may stand above bit b. */
  int[] words() {
    return sum.sum();
  }

  /** Whether two leaves are equal modulo 2^b. */
  public boolean sameAs(LeafSum other) {
    return Arrays.equals(centred(), other.centred());
  }

  private int[] centred() {
    int[] words = sum.sum().clone();
    Ring.centre(task.quantisation().wireBits(), words);
    return words;
  }
}
