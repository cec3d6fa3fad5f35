package org.concordat.auditlog;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a whole log against its checkpoint: every byte of every entry, tile and name in the folder.
 */
final class LogScan {
  /** Takes each entry in order. */
  interface Entries {
    void entry(CanonicalReader.Head entry, byte[] bytes);
  }

  private final LogFiles files;
  private final Checkpoint checkpoint;
  private final Entries entries;
  private final Map<String, Long> indexById = new HashMap<>();
  private final TreeEdge edge = new TreeEdge();

  LogScan(LogFiles files, Checkpoint checkpoint, Entries entries) {
    this.files = files;
    this.checkpoint = checkpoint;
    this.entries = entries;
  }

  /**
   * Checks everything that the checkpoint covers.
   *
   * @throws LogDamagedException naming the first file that is not as signed
   */
  void run() {
    long size = checkpoint.size();
    for (long bundle = 0; bundle * TilePath.FULL < size; bundle++) {
      scanBundle(
          new TilePath(TilePath.ENTRIES, bundle, TilePath.width(TilePath.ENTRIES, bundle, size)));
    }
    for (TilePath partial : TilePath.partials(size)) {
      if (partial.level() != TilePath.ENTRIES) {
        compare(partial, edge.partial(partial.level()));
      }
    }
    if (!edge.root().equals(checkpoint.root())) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT),
          "the entries hash to " + edge.root() + ", signed is " + checkpoint.root());
    }
  }

  /**
   * What lies in the folder besides the signed files: superseded partial tiles, and files beyond
   * the signed size, as a killed writer leaves them. A writer drops them all: what a power cut tore
   * of a superseded tile, or brought back torn, is as much in nobody's way as the whole one.
   *
   * @throws LogDamagedException for any file that is neither
   */
  Leftovers leftovers() {
    Leftovers found = new Leftovers(new LinkedHashSet<>(), new LinkedHashSet<>());
    for (String name : files.list()) {
      if (name.equals(LogFiles.NEW_CHECKPOINT)) {
        found.unsigned.add(name);
      } else if (!isFixed(name)) {
        classify(
            TilePath.parse(name)
                .orElseThrow(
                    () ->
                        new LogDamagedException(
                            files.path(name), "is not part of a log: remove it")),
            found);
      }
    }
    return found;
  }

  /**
   * The same for a verifier.
   *
   * @throws LogDamagedException also for a superseded tile that is no prefix of its successor
   */
  Leftovers checkedLeftovers() {
    Leftovers found = leftovers();
    for (String name : found.superseded) {
      TilePath tile = TilePath.parse(name).orElseThrow();
      TilePath successor = new TilePath(tile.level(), tile.index(), signedWidth(tile));
      // absent now: a writer has just deleted it
      files.read(tile).ifPresent(part -> requirePrefix(tile, part, files.require(successor)));
    }
    return found;
  }

  /** Files that the checkpoint does not need. */
  record Leftovers(Set<String> superseded, Set<String> unsigned) {}

  TreeEdge edge() {
    return edge;
  }

  Map<String, Long> indexById() {
    return indexById;
  }

  private static boolean isFixed(String name) {
    return name.equals(LogFiles.CHECKPOINT)
        || name.equals(LogFiles.VKEY)
        || name.equals(WitnessedHead.FILE)
        || name.equals(LogFiles.LOCK)
        || name.equals(LogFiles.JOURNAL);
  }

  private void classify(TilePath tile, Leftovers found) {
    if (tile.width() > signedWidth(tile)) {
      found.unsigned.add(tile.path());
    } else if (tile.width() < signedWidth(tile)) {
      found.superseded.add(tile.path());
    }
  }

  private int signedWidth(TilePath tile) {
    return TilePath.width(tile.level(), tile.index(), checkpoint.size());
  }

  private void requirePrefix(TilePath tile, byte[] part, byte[] whole) {
    boolean prefix =
        part.length <= whole.length && Arrays.equals(part, Arrays.copyOf(whole, part.length));
    int width =
        tile.level() == TilePath.ENTRIES && prefix
            ? split(tile, part).size()
            : part.length / TreeHash.BYTES;
    boolean exact = tile.level() == TilePath.ENTRIES || part.length % TreeHash.BYTES == 0;
    if (!prefix || !exact || width != tile.width()) {
      throw new LogDamagedException(
          files.path(tile.path()), "differs from the wider tile that superseded it");
    }
  }

  private void scanBundle(TilePath bundle) {
    List<byte[]> found = split(bundle, files.require(bundle));
    if (found.size() != bundle.width()) {
      throw new LogDamagedException(
          files.path(bundle.path()),
          "holds " + found.size() + " entries instead of " + bundle.width());
    }
    for (byte[] bytes : found) {
      long index = edge.size();
      accept(bundle, index, bytes);
      edge.add(
          Rfc6962.leaf(bytes),
          (level, tile, hashes) -> compare(new TilePath(level, tile, 256), hashes));
    }
  }

  private List<byte[]> split(TilePath bundle, byte[] bytes) {
    try {
      return Tiles.entries(bytes);
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(files.path(bundle.path()), malformed.reason());
    }
  }

  private void accept(TilePath bundle, long index, byte[] bytes) {
    CanonicalReader.Head entry;
    try {
      Optional<CanonicalReader.Head> plain = CanonicalReader.head(bytes);
      entry = plain.isPresent() ? plain.get() : CanonicalReader.Head.of(AuditEntry.parse(bytes));
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(
          files.path(bundle.path()), "entry " + index + ": " + malformed.getMessage());
    }
    Long before = indexById.putIfAbsent(entry.id(), index);
    if (before != null) {
      throw new LogDamagedException(
          files.path(bundle.path()),
          "entry " + index + " has the id of entry " + before + ", " + entry.id());
    }
    entries.entry(entry, bytes);
  }

  /** Where a tile leads to the signed root, the entries below it are what was changed. */
  private void compare(TilePath tile, List<TreeHash> expected) {
    if (!Arrays.equals(files.require(tile), Tiles.encode(expected))) {
      SignedBundles signed = new SignedBundles(files, checkpoint);
      if (tile.level() == 0 && signed.tileIsSigned(tile.index())) {
        signed.require(tile.index());
      }
      throw new LogDamagedException(
          files.path(tile.path()), "does not hold the hashes of the entries below it");
    }
  }
}
