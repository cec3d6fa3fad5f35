package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads a whole log against its checkpoint: every byte of every entry, tile and name in the folder.
 */
final class LogScan {
  /** Takes each entry in order. */
  interface Entries {
    /** One that is plain; what it is given is another entry's afterwards. */
    void entry(EntryScan entry);

    /** One that had to be parsed. */
    void entry(AuditEntry entry);
  }

  private final LogFiles files;
  private final Checkpoint checkpoint;
  private final Entries entries;
  private final IdIndex indexById = new IdIndex();
  private final TreeEdge edge = new TreeEdge();
  private final EntryScan plain = new EntryScan();

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

  IdIndex indexById() {
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
            ? EntryBundle.of(files.path(tile.path()), part).size()
            : part.length / TreeHash.BYTES;
    boolean exact = tile.level() == TilePath.ENTRIES || part.length % TreeHash.BYTES == 0;
    if (!prefix || !exact || width != tile.width()) {
      throw new LogDamagedException(
          files.path(tile.path()), "differs from the wider tile that superseded it");
    }
  }

  private void scanBundle(TilePath bundle) {
    EntryBundle found =
        EntryBundle.of(files.path(bundle.path()), files.require(bundle), bundle.width());
    for (int entry = 0; entry < found.size(); entry++) {
      accept(bundle, found, entry);
      edge.add(
          found.bytes(),
          found.from(entry),
          found.to(entry),
          (level, tile, hashes) -> compare(new TilePath(level, tile, TilePath.FULL), hashes));
    }
  }

  private void accept(TilePath bundle, EntryBundle found, int entry) {
    if (found.take(entry, plain)) {
      requireNew(bundle, plain.idHash(indexById), plain::id);
      entries.entry(plain);
      return;
    }
    AuditEntry parsed = found.parse(entry, edge.size());
    byte[] id = parsed.idBytes();
    requireNew(bundle, indexById.hash(id, 0, id.length), () -> id);
    entries.entry(parsed);
  }

  private void requireNew(TilePath bundle, long hash, Supplier<byte[]> id) {
    long index = edge.size();
    OptionalLong before =
        indexById.find(
            hash, other -> new EntryFiles(files, checkpoint.size()).hasId(other, id.get()));
    if (before.isPresent()) {
      throw new LogDamagedException(
          files.path(bundle.path()),
          "entry "
              + index
              + " has the id of entry "
              + before.getAsLong()
              + ", "
              + new String(id.get(), StandardCharsets.US_ASCII));
    }
    indexById.put(hash, index);
  }

  /** Where a tile leads to the signed root, the entries below it are what was changed. */
  private void compare(TilePath tile, byte[] expected) {
    if (!Arrays.equals(files.require(tile), expected)) {
      SignedBundles signed = new SignedBundles(files, checkpoint);
      if (tile.level() == 0 && signed.tileIsSigned(tile.index())) {
        signed.require(tile.index());
      }
      throw new LogDamagedException(
          files.path(tile.path()), "does not hold the hashes of the entries below it");
    }
  }
}
