package org.concordat.secureagg.kernel;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.concordat.secureagg.Digest;

/**
 * RFC 6962 section 2.1 tree hash over leaves of 4,096 elements, streamed: feed the bytes in pieces
 * of any size. Heap: one digest per level. Not thread-safe.
 */
public final class MerkleRoot {
  /** Elements of a leaf; the last leaf may be shorter. */
  public static final int LEAF_ELEMENTS = 4096;

  private record Node(int level, byte[] hash) {}

  private final int leafBytes;
  private final MessageDigest sha256 = Digest.newSha256();
  private final Deque<Node> stack = new ArrayDeque<>();
  private int inLeaf;

  /**
   * @param elementBytes bytes of an element: 2, 3 or 4
   */
  public MerkleRoot(int elementBytes) {
    this.leafBytes = LEAF_ELEMENTS * elementBytes;
  }

  /** Root of a packed wire vector. */
  public static Digest of(byte[] wire, int elementBytes) {
    return new MerkleRoot(elementBytes).update(wire, 0, wire.length).root();
  }

  /** Root of a published sum: 32-bit little-endian words. */
  public static Digest ofWords(int[] words) {
    MerkleRoot root = new MerkleRoot(4);
    for (int at = 0; at < words.length; at += LEAF_ELEMENTS) {
      int count = Math.min(LEAF_ELEMENTS, words.length - at);
      byte[] leaf = Ring.pack(32, words, at, count);
      root.update(leaf, 0, leaf.length);
    }
    return root.root();
  }

  /** Appends bytes. */
  public MerkleRoot update(byte[] bytes, int offset, int length) {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (inLeaf == 0) {
        sha256.update((byte) 0);
      }
      int take = Math.min(left, leafBytes - inLeaf);
      sha256.update(bytes, at, take);
      at += take;
      left -= take;
      inLeaf += take;
      if (inLeaf == leafBytes) {
        endLeaf();
      }
    }
    return this;
  }

  /** The root; call once, last. The root of nothing is the hash of no bytes. */
  public Digest root() {
    if (inLeaf > 0) {
      endLeaf();
    }
    if (stack.isEmpty()) {
      return Digest.sha256();
    }
    byte[] right = stack.pop().hash;
    while (!stack.isEmpty()) {
      right = join(stack.pop().hash, right);
    }
    return new Digest(right);
  }

  private void endLeaf() {
    inLeaf = 0;
    Node node = new Node(0, sha256.digest());
    while (!stack.isEmpty() && stack.peek().level == node.level) {
      node = new Node(node.level + 1, join(stack.pop().hash, node.hash));
    }
    stack.push(node);
  }

  private byte[] join(byte[] left, byte[] right) {
    sha256.update((byte) 1);
    sha256.update(left);
    sha256.update(right);
    return Arrays.copyOf(sha256.digest(), Digest.SIZE_BYTES);
  }
}
