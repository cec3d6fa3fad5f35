package org.concordat.auditlog;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The files of a log that a writer goes on with, as c2sp.org/tlog-tiles wants them to be read: what
 * the signed head does not cover is not there, and a partial tile stays there though the writer has
 * replaced it by a wider one, of which it is the beginning. Thread-safe.
 */
public final class LogTiles {
  /**
   * How often a tile is looked for, where the log has grown meanwhile and the writer may have
   * replaced it. An append takes longer than a look.
   */
  static final int ATTEMPTS = 8;

  private final LogFiles files;
  private final LongSupplier size;

  /**
   * @param size the signed size, never smaller than before
   */
  public LogTiles(Path directory, LongSupplier size) {
    this.files = new LogFiles(directory);
    this.size = size;
  }

  /** The newest signed head. */
  public Optional<byte[]> checkpoint() {
    return files.read(LogFiles.CHECKPOINT, Checkpoint.MAX_BYTES);
  }

  /** The newest head that a quorum of members cosigned, if there is one. */
  public Optional<byte[]> witnessed() {
    return files.read(WitnessedHead.FILE, WitnessedHead.MAX_BYTES);
  }

  /**
   * A tile or entry bundle of a signed tree, the newest or an earlier one. What it holds never
   * changes.
   *
   * @throws LogDamagedException if it should be there, and is not
   * @throws LogUnreadableException if it was replaced each time it was looked for
   */
  public Optional<byte[]> read(TilePath wanted) {
    long last = -1;
    for (int attempt = 1; ; attempt++) {
      long signed = size.getAsLong();
      int now = TilePath.width(wanted.level(), wanted.index(), signed);
      if (now < wanted.width()) {
        return Optional.empty();
      }
      TilePath there = new TilePath(wanted.level(), wanted.index(), now);
      Optional<byte[]> found = files.read(there);
      if (found.isPresent()) {
        return Optional.of(wanted.cut(found.get()));
      }
      Path file = files.path(there.path());
      if (signed == last) {
        throw new LogDamagedException(file, "is missing");
      }
      if (attempt == ATTEMPTS) {
        throw new LogUnreadableException(
            file, "was replaced each time", new NoSuchFileException(file.toString()));
      }
      last = signed;
    }
  }
}
