package org.concordat.auditlog;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one append will change, worked out before anything is written. */
final class AppendPlan {
  private final LogFiles files;
  private final long oldSize;
  private final TreeEdge edge;
  private final List<Long> indexes = new ArrayList<>();
  private final Map<String, Long> added = new HashMap<>();
  private final List<byte[]> fresh = new ArrayList<>();
  private final Map<TilePath, byte[]> tiles = new LinkedHashMap<>();
  private final Set<String> written = new LinkedHashSet<>();

  AppendPlan(
      LogFiles files, TreeEdge current, Map<String, Long> indexById, List<AuditEntry> entries) {
    this.files = files;
    this.oldSize = current.size();
    this.edge = current.copy();
    for (AuditEntry entry : entries) {
      indexes.add(place(entry, indexById));
    }
    for (TilePath partial : TilePath.partials(edge.size())) {
      if (partial.level() != TilePath.ENTRIES && !TilePath.partials(oldSize).contains(partial)) {
        tiles.put(partial, Tiles.encode(edge.partial(partial.level())));
      }
    }
  }

  boolean isEmpty() {
    return fresh.isEmpty();
  }

  /** The index of each given entry, old or new. */
  List<Long> indexes() {
    return List.copyOf(indexes);
  }

  /** Index by id of the entries that are new. */
  Map<String, Long> added() {
    return added;
  }

  TreeEdge edge() {
    return edge;
  }

  Checkpoint checkpoint(String origin) {
    return new Checkpoint(origin, edge.size(), edge.root());
  }

  /**
   * Writes entry bundles, then hash tiles. No file of the signed tree is touched: new widths are
   * new names.
   */
  void write() {
    writeBundles();
    tiles.forEach(this::write);
  }

  /** Every file that {@link #write} began. */
  Set<String> written() {
    return written;
  }

  /** Partial tiles of the old tree that the new one replaces. */
  Set<TilePath> superseded() {
    Set<TilePath> old = new LinkedHashSet<>(TilePath.partials(oldSize));
    old.removeAll(TilePath.partials(edge.size()));
    return old;
  }

  private long place(AuditEntry entry, Map<String, Long> indexById) {
    byte[] bytes = entry.canonicalBytes();
    Long known = indexById.getOrDefault(entry.id(), added.get(entry.id()));
    if (known != null) {
      if (!Rfc6962.leaf(bytes).equals(leafAt(known))) {
        throw new EntryConflictException(entry.id(), known);
      }
      return known;
    }
    long index = edge.size();
    edge.add(
        Rfc6962.leaf(bytes),
        (level, tile, hashes) ->
            tiles.put(new TilePath(level, tile, TilePath.FULL), Tiles.encode(hashes)));
    fresh.add(bytes);
    added.put(entry.id(), index);
    return index;
  }

  private TreeHash leafAt(long index) {
    return index < oldSize
        ? new Proofs(files, oldSize).range(index, index + 1)
        : Rfc6962.leaf(fresh.get((int) (index - oldSize)));
  }

  private void writeBundles() {
    long bundle = oldSize / TilePath.FULL;
    int width = (int) (oldSize % TilePath.FULL);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (width > 0) {
      bytes.writeBytes(files.require(new TilePath(TilePath.ENTRIES, bundle, width)));
    }
    for (byte[] entry : fresh) {
      Tiles.appendEntry(bytes, entry);
      width++;
      if (width == TilePath.FULL) {
        write(new TilePath(TilePath.ENTRIES, bundle, width), bytes.toByteArray());
        bytes.reset();
        bundle++;
        width = 0;
      }
    }
    if (width > 0) {
      write(new TilePath(TilePath.ENTRIES, bundle, width), bytes.toByteArray());
    }
  }

  private void write(TilePath tile, byte[] bytes) {
    written.add(tile.path());
    files.write(tile.path(), bytes);
  }
}
