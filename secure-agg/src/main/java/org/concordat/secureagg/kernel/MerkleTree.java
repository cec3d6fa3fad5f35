package org.concordat.secureagg.kernel;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.concordat.secureagg.Digest;

/**
 * The tree whose root {@link MerkleRoot} streams: its leaves' hashes, and the audit paths that show
 * one leaf to belong to a root (RFC 6962 section 2.1.1). Kept level by level, an odd node going up
 * as it is, which is the same tree. Heap: two digests per leaf.
 */
public final class MerkleTree {
  private final List<List<Digest>> levels;

  private MerkleTree(List<List<Digest>> levels) {
    this.levels = levels;
  }

  /** A tree over leaf hashes that {@link #leafHash} made, at least one. */
  public static MerkleTree of(List<Digest> leafHashes) {
    check(!leafHashes.isEmpty(), "a tree without leaves");
    List<List<Digest>> levels = new ArrayList<>();
    levels.add(List.copyOf(leafHashes));
    while (levels.get(levels.size() - 1).size() > 1) {
      levels.add(parents(levels.get(levels.size() - 1)));
    }
    return new MerkleTree(List.copyOf(levels));
  }

  private static List<Digest> parents(List<Digest> level) {
    List<Digest> parents = new ArrayList<>((level.size() + 1) / 2);
    for (int i = 0; i < level.size(); i += 2) {
      parents.add(i + 1 < level.size() ? join(level.get(i), level.get(i + 1)) : level.get(i));
    }
    return List.copyOf(parents);
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
    return leafHash(leaf, 0, leaf.length);
  }

  /** Of a leaf that is part of a longer array. */
  static Digest leafHash(byte[] bytes, int at, int length) {
    return leafHash(Digest.newSha256(), bytes, at, length);
  }

  /**
   * @param sha256 to be used again after this
   */
  static Digest leafHash(MessageDigest sha256, byte[] bytes, int at, int length) {
    sha256.update((byte) 0);
    sha256.update(bytes, at, length);
    return new Digest(sha256.digest());
  }

  /** Leaves of this tree. */
  public int size() {
    return levels.get(0).size();
  }

  public Digest root() {
    return levels.get(levels.size() - 1).get(0);
  }

  /** The siblings from the leaf up, at most 32. */
  public List<Digest> path(int leaf) {
    int at = Objects.checkIndex(leaf, size());
    List<Digest> path = new ArrayList<>();
    for (List<Digest> level : levels) {
      if ((at ^ 1) < level.size()) {
        path.add(level.get(at ^ 1));
      }
      at >>= 1;
    }
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

  private static Digest join(Digest left, Digest right) {
    MessageDigest sha256 = Digest.newSha256();
    sha256.update((byte) 1);
    sha256.update(left.bytes());
    return new Digest(sha256.digest(right.bytes()));
  }
}
