package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The right edge of a growing tree: of each level, the hashes that do not yet fill a tile. Not
 * thread-safe.
 */
final class TreeEdge {
  /** Takes each tile when it becomes full; its bytes are only valid during the call. */
  interface FullTiles {
    void full(int level, long index, byte[] tile);
  }

  private final List<Level> levels = new ArrayList<>();
  private long size;

  /** A tile that is being filled. */
  private static final class Level {
    private final byte[] hashes = new byte[TilePath.FULL * TreeHash.BYTES];
    private int count;

    private Level copy() {
      Level copy = new Level();
      System.arraycopy(hashes, 0, copy.hashes, 0, count * TreeHash.BYTES);
      copy.count = count;
      return copy;
    }
  }

  TreeEdge copy() {
    TreeEdge copy = new TreeEdge();
    levels.forEach(level -> copy.levels.add(level.copy()));
    copy.size = size;
    return copy;
  }

  /**
   * The edge of a tree whose partial tiles are in a folder.
   *
   * @return empty if one is missing or of another length
   */
  static Optional<TreeEdge> read(LogFiles files, long size) {
    TreeEdge edge = new TreeEdge();
    edge.size = size;
    for (int level = 0; TilePath.count(level, size) > 0; level++) {
      Level hashes = edge.level(level);
      long count = TilePath.count(level, size);
      int width = (int) (count % TilePath.FULL);
      if (width > 0) {
        Optional<byte[]> tile = files.read(new TilePath(level, count / TilePath.FULL, width));
        if (tile.isEmpty() || tile.get().length != width * TreeHash.BYTES) {
          return Optional.empty();
        }
        System.arraycopy(tile.get(), 0, hashes.hashes, 0, tile.get().length);
        hashes.count = width;
      }
    }
    return Optional.of(edge);
  }

  long size() {
    return size;
  }

  /** Appends one leaf hash. */
  void add(TreeHash leaf, FullTiles tiles) {
    Level leaves = level(0);
    leaf.copyInto(leaves.hashes, leaves.count * TreeHash.BYTES);
    added(tiles);
  }

  /** Appends the leaf hash of the entry in the bytes [from, to). */
  void add(byte[] entry, int from, int to, FullTiles tiles) {
    Level leaves = level(0);
    Rfc6962.leaf(entry, from, to, leaves.hashes, leaves.count * TreeHash.BYTES);
    added(tiles);
  }

  private void added(FullTiles tiles) {
    size++;
    for (int level = 0; ; level++) {
      Level hashes = level(level);
      hashes.count++;
      if (hashes.count < TilePath.FULL) {
        return;
      }
      tiles.full(level, TilePath.count(level, size) / TilePath.FULL - 1, hashes.hashes);
      Level above = level(level + 1);
      Rfc6962.root(hashes.hashes, TilePath.FULL)
          .copyInto(above.hashes, above.count * TreeHash.BYTES);
      hashes.count = 0;
    }
  }

  private Level level(int level) {
    if (level == levels.size()) {
      levels.add(new Level());
    }
    return levels.get(level);
  }

  /** The bytes of the partial tile at a level; empty if there is none. */
  byte[] partial(int level) {
    return level < levels.size()
        ? Arrays.copyOf(levels.get(level).hashes, levels.get(level).count * TreeHash.BYTES)
        : new byte[0];
  }

  /**
   * The root. From the leaves up, what a level leaves over becomes the last, smaller subtree of the
   * level above; the split of RFC 6962 §2.1 falls between full subtrees either way.
   */
  TreeHash root() {
    Optional<TreeHash> rest = Optional.empty();
    for (Level level : levels) {
      int count = level.count;
      byte[] hashes = Arrays.copyOf(level.hashes, (count + 1) * TreeHash.BYTES);
      if (rest.isPresent()) {
        rest.get().copyInto(hashes, count * TreeHash.BYTES);
        count++;
      }
      rest = count == 0 ? Optional.empty() : Optional.of(Rfc6962.root(hashes, count));
    }
    return rest.orElse(Rfc6962.EMPTY_ROOT);
  }
}
