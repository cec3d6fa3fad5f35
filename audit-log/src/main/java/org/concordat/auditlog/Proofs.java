package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds proofs from tiles (RFC 6962 §2.1.1 and §2.1.2). */
final class Proofs {
  private final LogFiles files;
  private final long treeSize;
  private final FullTiles read;

  /**
   * @param treeSize the size that the files on the disk stand for
   */
  Proofs(LogFiles files, long treeSize) {
    this(files, treeSize, new FullTiles());
  }

  /**
   * @param read the full tiles that need not be read again
   */
  Proofs(LogFiles files, long treeSize, FullTiles read) {
    this.files = files;
    this.treeSize = treeSize;
    this.read = read;
  }

  /** The path of an entry in the tree of the first {@code size} entries. */
  InclusionProof inclusion(long index, long size) {
    List<TreeHash> path = new ArrayList<>();
    if (index >= 0 && index < size) {
      path(index, 0, requireSize(size), path);
    }
    return new InclusionProof(index, size, path);
  }

  ConsistencyProof consistency(long oldSize, long newSize) {
    List<TreeHash> path = new ArrayList<>();
    if (oldSize > 0 && oldSize < newSize) {
      subproof(oldSize, 0, requireSize(newSize), true, path);
    }
    return new ConsistencyProof(oldSize, newSize, path);
  }

  /** The tree hash over the entries [from, to). */
  TreeHash range(long from, long to) {
    long n = to - from;
    if (n == 0) {
      return Rfc6962.EMPTY_ROOT;
    }
    if (Long.bitCount(n) == 1 && from % n == 0) {
      return subtree(Long.numberOfTrailingZeros(n), from / n);
    }
    long k = Rfc6962.split(n);
    return Rfc6962.node(range(from, from + k), range(from + k, to));
  }

  private long requireSize(long size) {
    if (size > treeSize) {
      throw new ProofRefusedException(
          "requested", "the log has " + treeSize + " entries, not " + size);
    }
    return size;
  }

  private void path(long index, long from, long to, List<TreeHash> path) {
    if (to - from == 1) {
      return;
    }
    long middle = from + Rfc6962.split(to - from);
    if (index < middle) {
      path(index, from, middle, path);
      path.add(range(middle, to));
    } else {
      path(index, middle, to, path);
      path.add(range(from, middle));
    }
  }

  private void subproof(long oldEnd, long from, long to, boolean whole, List<TreeHash> path) {
    if (oldEnd == to) {
      if (!whole) {
        path.add(range(from, to));
      }
      return;
    }
    long middle = from + Rfc6962.split(to - from);
    if (oldEnd <= middle) {
      subproof(oldEnd, from, middle, whole, path);
      path.add(range(middle, to));
    } else {
      subproof(oldEnd, middle, to, false, path);
      path.add(range(from, middle));
    }
  }

  /** The hash of the full subtree of 2^height entries: a run of hashes within one tile. */
  private TreeHash subtree(int height, long index) {
    int level = height / 8;
    int run = 1 << (height % 8);
    long first = index * run;
    TilePath tile = new TilePath(level, first / 256, TilePath.width(level, first / 256, treeSize));
    byte[] bytes = tile(tile);
    int from = (int) (first % 256) * TreeHash.BYTES;
    return Rfc6962.root(Arrays.copyOfRange(bytes, from, from + run * TreeHash.BYTES), run);
  }

  private byte[] tile(TilePath tile) {
    byte[] known = read.get(tile);
    if (known != null) {
      return known;
    }
    byte[] bytes = files.require(tile);
    if (bytes.length != tile.width() * TreeHash.BYTES) {
      throw new LogDamagedException(files.path(tile.path()), "has " + bytes.length + " bytes");
    }
    if (tile.width() == TilePath.FULL) {
      read.put(tile, bytes);
    }
    return bytes;
  }
}
