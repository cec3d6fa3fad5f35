package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A tree with further entries, in memory: what its files will be. Not thread-safe. */
final class TreeGrowth {
  private final LogFiles files;
  private final long oldSize;
  private final TreeEdge edge;
  private final List<byte[]> fresh = new ArrayList<>();
  private final Map<TilePath, byte[]> full = new LinkedHashMap<>();

  /**
   * @param files hold the tree of the edge
   * @param old is left as it is
   */
  TreeGrowth(LogFiles files, TreeEdge old) {
    this.files = files;
    this.oldSize = old.size();
    this.edge = old.copy();
  }

  void add(byte[] entry) {
    edge.add(
        entry,
        0,
        entry.length,
        (level, tile, hashes) ->
            full.put(new TilePath(level, tile, TilePath.FULL), hashes.clone()));
    fresh.add(entry);
  }

  long size() {
    return edge.size();
  }

  TreeEdge edge() {
    return edge;
  }

  /** The entries added. */
  List<byte[]> fresh() {
    return fresh;
  }

  /** The leaf hash of an entry, old or added. */
  TreeHash leafAt(long index) {
    return index < oldSize
        ? new Proofs(files, oldSize).range(index, index + 1)
        : Rfc6962.leaf(fresh.get((int) (index - oldSize)));
  }

  /**
   * Entry bundles, then hash tiles, with their bytes. None is a file of the old tree: new widths
   * are new names.
   */
  Map<TilePath, byte[]> tiles() {
    Map<TilePath, byte[]> tiles = bundles();
    tiles.putAll(full);
    Set<TilePath> old = TilePath.partials(oldSize);
    for (TilePath partial : TilePath.partials(edge.size())) {
      if (partial.level() != TilePath.ENTRIES && !old.contains(partial)) {
        tiles.put(partial, edge.partial(partial.level()));
      }
    }
    return tiles;
  }

  /** Partial tiles of the old tree that the new one replaces. */
  Set<TilePath> superseded() {
    Set<TilePath> old = new LinkedHashSet<>(TilePath.partials(oldSize));
    old.removeAll(TilePath.partials(edge.size()));
    return old;
  }

  private Map<TilePath, byte[]> bundles() {
    Map<TilePath, byte[]> bundles = new LinkedHashMap<>();
    long bundle = oldSize / TilePath.FULL;
    int width = (int) (oldSize % TilePath.FULL);
    byte[] before =
        width > 0 ? files.require(new TilePath(TilePath.ENTRIES, bundle, width)) : new byte[0];
    for (int at = 0; at < fresh.size(); ) {
      int end = Math.min(fresh.size(), at + TilePath.FULL - width);
      List<byte[]> entries = fresh.subList(at, end);
      ByteBuffer bytes = ByteBuffer.allocate(before.length + Tiles.bytes(entries)).put(before);
      Tiles.put(bytes, entries);
      bundles.put(new TilePath(TilePath.ENTRIES, bundle, width + entries.size()), bytes.array());
      at = end;
      before = new byte[0];
      bundle++;
      width = 0;
    }
    return bundles;
  }
}
