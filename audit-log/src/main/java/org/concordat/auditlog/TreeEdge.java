package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The right edge of a growing tree: of each level, the hashes that do not yet fill a tile. Not
 * thread-safe.
 */
final class TreeEdge {
  /** Takes each tile when it becomes full; the list is only valid during the call. */
  interface FullTiles {
    void full(int level, long index, List<TreeHash> hashes);
  }

  private final List<List<TreeHash>> levels = new ArrayList<>();
  private long size;

  TreeEdge copy() {
    TreeEdge copy = new TreeEdge();
    levels.forEach(level -> copy.levels.add(new ArrayList<>(level)));
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
      List<TreeHash> hashes = new ArrayList<>();
      long count = TilePath.count(level, size);
      int width = (int) (count % TilePath.FULL);
      if (width > 0) {
        Optional<byte[]> tile = files.read(new TilePath(level, count / TilePath.FULL, width));
        if (tile.isEmpty() || tile.get().length != width * TreeHash.BYTES) {
          return Optional.empty();
        }
        hashes.addAll(Tiles.decode(tile.get(), 0, width));
      }
      edge.levels.add(hashes);
    }
    return Optional.of(edge);
  }

  long size() {
    return size;
  }

  /** Appends one leaf hash. */
  void add(TreeHash leaf, FullTiles tiles) {
    size++;
    TreeHash hash = leaf;
    for (int level = 0; ; level++) {
      if (level == levels.size()) {
        levels.add(new ArrayList<>());
      }
      List<TreeHash> hashes = levels.get(level);
      hashes.add(hash);
      if (hashes.size() < TilePath.FULL) {
        return;
      }
      tiles.full(level, TilePath.count(level, size) / TilePath.FULL - 1, hashes);
      hash = Rfc6962.root(hashes);
      hashes.clear();
    }
  }

  /** The hashes of the partial tile at a level; empty if there is none. */
  List<TreeHash> partial(int level) {
    return level < levels.size() ? List.copyOf(levels.get(level)) : List.of();
  }

  /**
   * The root. From the leaves up, what a level leaves over becomes the last, smaller subtree of the
   * level above; the split of RFC 6962 §2.1 falls between full subtrees either way.
   */
  TreeHash root() {
    List<TreeHash> rest = List.of();
    for (List<TreeHash> level : levels) {
      List<TreeHash> hashes = new ArrayList<>(level);
      hashes.addAll(rest);
      rest = hashes.isEmpty() ? List.of() : List.of(Rfc6962.root(hashes));
    }
    return rest.isEmpty() ? Rfc6962.EMPTY_ROOT : rest.get(0);
  }
}
