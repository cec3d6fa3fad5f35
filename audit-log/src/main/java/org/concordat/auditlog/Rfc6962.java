package org.concordat.auditlog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Merkle tree hashing of RFC 6962 §2.1 (the same in RFC 9162 §2.1.1) with SHA-256. */
public final class Rfc6962 {
  private static final byte LEAF = 0x00;
  private static final byte NODE = 0x01;

  /** Asking for one by name takes longer than hashing an entry with it. */
  private static final ThreadLocal<MessageDigest> DIGESTS =
      ThreadLocal.withInitial(Rfc6962::sha256);

  /** The hash of the empty tree: SHA-256 of nothing. */
  public static final TreeHash EMPTY_ROOT = TreeHash.of(sha256().digest());

  private Rfc6962() {}

  /** {@code SHA-256(0x00 || entry)}. */
  public static TreeHash leaf(byte[] entry) {
    MessageDigest digest = DIGESTS.get();
    digest.update(LEAF);
    return TreeHash.of(digest.digest(entry));
  }

  /** {@code SHA-256(0x01 || left || right)}. */
  public static TreeHash node(TreeHash left, TreeHash right) {
    MessageDigest digest = DIGESTS.get();
    digest.update(NODE);
    left.update(digest);
    right.update(digest);
    return TreeHash.of(digest.digest());
  }

  /**
   * The Merkle tree hash over hashes of subtrees of one size, of which the last may be smaller;
   * over leaf hashes it is the tree's root.
   */
  public static TreeHash root(List<TreeHash> hashes) {
    int n = hashes.size();
    if (n == 0) {
      return EMPTY_ROOT;
    }
    if (n == 1) {
      return hashes.get(0);
    }
    int split = (int) split(n);
    return node(root(hashes.subList(0, split)), root(hashes.subList(split, n)));
  }

  /** The largest power of two smaller than {@code n}, for n ≥ 2. */
  static long split(long n) {
    return Long.highestOneBit(n - 1);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
