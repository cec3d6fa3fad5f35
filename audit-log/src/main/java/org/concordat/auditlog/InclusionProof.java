package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.List;

/**
 * That an entry is in a tree (RFC 9162 §2.1.3, the same as RFC 6962 §2.1.1).
 *
 * @param index the entry's index, from 0
 * @param size the tree's size, above the index
 * @param hashes the audit path, from the leaf's sibling up
 */
public record InclusionProof(long index, long size, List<TreeHash> hashes) {
  /** Checks the bounds. */
  public InclusionProof {
    hashes = List.copyOf(hashes);
    if (index < 0 || index >= size) {
      throw new ProofRefusedException(
          "inclusion", "index " + index + " is not in a tree of size " + size);
    }
  }

  /**
   * A proof from its hashes as they travel.
   *
   * @throws ProofRefusedException if one has not 32 bytes, or there are more than a tree is high
   */
  public static InclusionProof of(long index, long size, List<byte[]> hashes) {
    if (hashes.size() > Long.SIZE
        || hashes.stream().anyMatch(one -> one.length != TreeHash.BYTES)) {
      throw new ProofRefusedException("inclusion", "its hashes are too many, or not 32 bytes");
    }
    return new InclusionProof(index, size, hashes.stream().map(TreeHash::of).toList());
  }

  /**
   * Of each hash, whether it is the left half where it is combined: what somebody needs who follows
   * the path by hand.
   */
  public List<Boolean> lefts() {
    List<Boolean> lefts = new ArrayList<>();
    long fn = index;
    long sn = size - 1;
    for (int i = 0; i < hashes.size(); i++) {
      boolean left = (fn & 1) == 1 || fn == sn;
      while (left && (fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
      lefts.add(left);
      fn >>= 1;
      sn >>= 1;
    }
    return lefts;
  }

  /**
   * Verifies the path (RFC 9162 §2.1.3.2).
   *
   * @throws ProofRefusedException if it does not lead from the leaf to the root
   */
  public void verify(TreeHash leaf, TreeHash root) {
    long fn = index;
    long sn = size - 1;
    TreeHash hash = leaf;
    for (TreeHash sibling : hashes) {
      if (sn == 0) {
        throw new ProofRefusedException("inclusion", "it has too many hashes");
      }
      if ((fn & 1) == 1 || fn == sn) {
        hash = Rfc6962.node(sibling, hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        hash = Rfc6962.node(hash, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    if (sn != 0) {
      throw new ProofRefusedException("inclusion", "it has too few hashes");
    }
    if (!hash.equals(root)) {
      throw new ProofRefusedException("inclusion", "it leads to root " + hash + ", not " + root);
    }
  }
}
