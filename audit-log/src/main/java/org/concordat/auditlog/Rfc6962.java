package org.concordat.auditlog;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
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
    byte[] hash = new byte[TreeHash.BYTES];
    leaf(entry, 0, entry.length, hash, 0);
    return TreeHash.of(hash);
  }

  /** The same of the bytes [from, to), put where the caller wants it. */
  static void leaf(byte[] entry, int from, int to, byte[] hashes, int at) {
    MessageDigest digest = DIGESTS.get();
    digest.update(LEAF);
    digest.update(entry, from, to - from);
    put(digest, hashes, at);
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
    return root(Tiles.encode(hashes), hashes.size());
  }

  /**
   * The same over the first {@code count} hashes of a tile. Neighbours are combined, level by
   * level; a last one without a neighbour goes up as it is, which is where §2.1 splits.
   */
  static TreeHash root(byte[] tile, int count) {
    if (count == 0) {
      return EMPTY_ROOT;
    }
    byte[] hashes = Arrays.copyOf(tile, count * TreeHash.BYTES);
    MessageDigest digest = DIGESTS.get();
    for (int n = count; n > 1; n = (n + 1) / 2) {
      for (int pair = 0; pair < n / 2; pair++) {
        digest.update(NODE);
        digest.update(hashes, 2 * pair * TreeHash.BYTES, 2 * TreeHash.BYTES);
        put(digest, hashes, pair * TreeHash.BYTES);
      }
      if (n % 2 == 1) {
        System.arraycopy(
            hashes, (n - 1) * TreeHash.BYTES, hashes, n / 2 * TreeHash.BYTES, TreeHash.BYTES);
      }
    }
    return TreeHash.of(hashes, 0, TreeHash.BYTES);
  }

  private static void put(MessageDigest digest, byte[] hashes, int at) {
    try {
      digest.digest(hashes, at, TreeHash.BYTES);
    } catch (DigestException impossible) {
      throw new IllegalStateException("a SHA-256 has 32 bytes", impossible);
    }
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
