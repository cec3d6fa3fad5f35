package org.concordat.secureagg.kernel;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.IntFunction;
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

  /** Root of a packed wire vector; leaves of a long one are hashed on all processors. */
  public static Digest of(byte[] wire, int elementBytes) {
    int leafBytes = LEAF_ELEMENTS * elementBytes;
    int leaves = (wire.length + leafBytes - 1) / leafBytes;
    return ofLeaves(
        leaves,
        wire.length / elementBytes,
        leaf -> {
          int at = leaf * leafBytes;
          return MerkleTree.leafHash(wire, at, Math.min(leafBytes, wire.length - at));
        });
  }

  /** Root of a published sum: 32-bit little-endian words. */
  public static Digest ofWords(int[] words) {
    return ofLeaves(
        MerkleTree.leafCount(words.length),
        words.length,
        leaf -> {
          int count = MerkleTree.leafElements(words.length, leaf);
          return MerkleTree.leafHash(Ring.pack(32, words, leaf * LEAF_ELEMENTS, count));
        });
  }

  private static Digest ofLeaves(int leaves, int elements, IntFunction<Digest> hash) {
    if (leaves == 0) {
      return Digest.sha256();
    }
    return MerkleTree.of(Parts.range(leaves, Parts.threadsFor(elements)).mapToObj(hash).toList())
        .root();
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
