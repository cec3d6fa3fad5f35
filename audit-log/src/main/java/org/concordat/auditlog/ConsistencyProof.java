package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.List;

/**
 * That a tree is an extension of an earlier one (RFC 9162 §2.1.4, the same as RFC 6962 §2.1.2).
 *
 * @param oldSize size of the earlier tree, 0 or more
 * @param newSize size of the later tree, at least the earlier
 * @param hashes the proof; empty when a size is 0 or both are equal
 */
public record ConsistencyProof(long oldSize, long newSize, List<TreeHash> hashes) {
  /** Checks the bounds. */
  public ConsistencyProof {
    hashes = List.copyOf(hashes);
    if (oldSize < 0 || oldSize > newSize) {
      throw new ProofRefusedException(
          "consistency", "a tree of " + newSize + " entries has no prefix of " + oldSize);
    }
  }

  /**
   * A proof from its hashes as they travel.
   *
   * @throws ProofRefusedException if one has not 32 bytes, or there are more than a tree is high
   */
  public static ConsistencyProof of(long oldSize, long newSize, List<byte[]> hashes) {
    if (hashes.size() > Long.SIZE
        || hashes.stream().anyMatch(one -> one.length != TreeHash.BYTES)) {
      throw new ProofRefusedException("consistency", "its hashes are too many, or not 32 bytes");
    }
    return new ConsistencyProof(oldSize, newSize, hashes.stream().map(TreeHash::of).toList());
  }

  /**
   * Verifies the proof (RFC 9162 §2.1.4.2).
   *
   * @throws ProofRefusedException if the later tree does not extend the earlier one
   */
  public void verify(TreeHash oldRoot, TreeHash newRoot) {
    if (oldSize == 0 || oldSize == newSize) {
      requireTrivial(oldRoot, newRoot);
      return;
    }
    List<TreeHash> path = new ArrayList<>(hashes);
    if (path.isEmpty()) {
      throw new ProofRefusedException("consistency", "it has too few hashes");
    }
    if (Long.bitCount(oldSize) == 1) {
      path.add(0, oldRoot);
    }
    climb(path, oldRoot, newRoot);
  }

  private void requireTrivial(TreeHash oldRoot, TreeHash newRoot) {
    if (!hashes.isEmpty()) {
      throw new ProofRefusedException("consistency", "it has too many hashes");
    }
    if (oldSize == 0 && !oldRoot.equals(Rfc6962.EMPTY_ROOT)) {
      throw new ProofRefusedException(
          "consistency", "the earlier root is not that of an empty tree");
    }
    if (oldSize == newSize && !oldRoot.equals(newRoot)) {
      throw new ProofRefusedException(
          "consistency", "two roots of one size differ: the log was forked");
    }
  }

  private void climb(List<TreeHash> path, TreeHash oldRoot, TreeHash newRoot) {
    int shift = Long.numberOfTrailingZeros(~(oldSize - 1));
    long fn = (oldSize - 1) >> shift;
    long sn = (newSize - 1) >> shift;
    TreeHash fr = path.get(0);
    TreeHash sr = path.get(0);
    for (TreeHash c : path.subList(1, path.size())) {
      if (sn == 0) {
        throw new ProofRefusedException("consistency", "it has too many hashes");
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = Rfc6962.node(c, fr);
        sr = Rfc6962.node(c, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sr = Rfc6962.node(sr, c);
      }
      fn >>= 1;
      sn >>= 1;
    }
    if (sn != 0) {
      throw new ProofRefusedException("consistency", "it has too few hashes");
    }
    if (!fr.equals(oldRoot) || !sr.equals(newRoot)) {
      throw new ProofRefusedException(
          "consistency", "it does not lead to both roots: the log was rewritten");
    }
  }
}
