package org.concordat.secureagg.kernel;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.concordat.secureagg.Digest;

/**
 * The tree whose root {@link MerkleRoot} streams: its leaves' hashes, and the audit paths that show
 * one leaf to belong to a root (RFC 6962 section 2.1.1). Heap: one digest per leaf.
 */
public final class MerkleTree {
  private final List<Digest> leaves;

  private MerkleTree(List<Digest> leaves) {
    this.leaves = List.copyOf(leaves);
  }

  /** A tree over leaf hashes that {@link #leafHash} made, at least one. */
  public static MerkleTree of(List<Digest> leafHashes) {
    check(!leafHashes.isEmpty(), "a tree without leaves");
    return new MerkleTree(leafHashes);
  }

  /** Leaves of a vector; the last may be shorter than the others. */
  public static int leafCount(int elements) {
    return (int) (((long) elements + MerkleRoot.LEAF_ELEMENTS - 1) / MerkleRoot.LEAF_ELEMENTS);
  }

  /** Elements of one leaf of a vector. */
  public static int leafElements(int elements, int leaf) {
    return Math.min(
        MerkleRoot.LEAF_ELEMENTS, elements - Math.multiplyExact(leaf, MerkleRoot.LEAF_ELEMENTS));
  }

  public static Digest leafHash(byte[] leaf) {
    MessageDigest sha256 = Digest.newSha256();
    sha256.update((byte) 0);
    return new Digest(sha256.digest(leaf));
  }

  /** Leaves of this tree. */
  public int size() {
    return leaves.size();
  }

  public Digest root() {
    return root(0, leaves.size());
  }

  /** The siblings from the leaf up, at most 32. */
  public List<Digest> path(int leaf) {
    java.util.Objects.checkIndex(leaf, leaves.size());
    List<Digest> path = new ArrayList<>();
    climb(leaf, 0, leaves.size(), path);
    return List.copyOf(path);
  }

  /**
   * Whether a leaf belongs to a root (RFC 9162 section 2.1.3.2).
   *
   * @param leaf its index, from 0
   * @param leafCount leaves of the tree
   */
  public static boolean proves(
      Digest root, int leaf, int leafCount, Digest leafHash, List<Digest> path) {
    int at = leaf;
    int last = leafCount - 1;
    if (at < 0 || at > last) {
      return false;
    }
    Digest node = leafHash;
    for (Digest sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((at & 1) == 1 || at == last) {
        node = join(sibling, node);
        while ((at & 1) == 0 && at != 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        node = join(node, sibling);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 && node.equals(root);
  }

  private void climb(int leaf, int from, int to, List<Digest> path) {
    if (to - from == 1) {
      return;
    }
    int middle = from + split(to - from);
    if (leaf < middle) {
      climb(leaf, from, middle, path);
      path.add(root(middle, to));
    } else {
      climb(leaf, middle, to, path);
      path.add(root(from, middle));
    }
  }

  private Digest root(int from, int to) {
    if (to - from == 1) {
      return leaves.get(from);
    }
    int middle = from + split(to - from);
    return join(root(from, middle), root(middle, to));
  }

  /** The largest power of two below n. */
  private static int split(int n) {
    return Integer.highestOneBit(n - 1);
  }

  private static Digest join(Digest left, Digest right) {
    MessageDigest sha256 = Digest.newSha256();
    sha256.update((byte) 1);
    sha256.update(left.bytes());
    return new Digest(sha256.digest(right.bytes()));
  }
}
