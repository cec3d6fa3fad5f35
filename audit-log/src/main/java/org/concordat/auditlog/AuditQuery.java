package org.concordat.auditlog;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Searches a log folder, one entry bundle (at most 256 entries) in memory at a time. Each bundle is
 * proved to be under the signed root before an entry of it is given out; what a search did not read
 * is not verified. {@link AuditVerifier#verify} reads everything.
 */
public final class AuditQuery {
  private AuditQuery() {}

  /**
   * The matching entries of a folder as it is now, in order of index.
   *
   * @throws LogMissingException if there is no such folder
   * @throws LogDamagedException if the checkpoint is not by this key, or, while streaming, if a
   *     bundle is missing, malformed or not what was signed
   */
  public static Stream<LoggedEntry> run(Path directory, LogVerifierKey key, AuditFilter filter) {
    LogFolder folder = LogFolder.open(directory, key);
    return run(folder.head().size(), filter, folder::bundle);
  }

  /** Reads the bundles of a log. */
  interface Bundles {
    List<LoggedEntry> read(long bundle);
  }

  static Stream<LoggedEntry> run(long size, AuditFilter filter, Bundles bundles) {
    long count = (size + TilePath.FULL - 1) / TilePath.FULL;
    return LongStream.range(Math.min(filter.from() / TilePath.FULL, count), count)
        .boxed()
        .flatMap(bundle -> bundles.read(bundle).stream())
        .filter(
            logged ->
                logged.index() >= filter.from()
                    && logged.index() < size
                    && filter.matches(logged.entry()))
        .limit(filter.limit());
  }

  static List<LoggedEntry> read(LogFiles files, long bundle, long size) {
    TilePath path =
        new TilePath(TilePath.ENTRIES, bundle, TilePath.width(TilePath.ENTRIES, bundle, size));
    long first = bundle * TilePath.FULL;
    try {
      List<byte[]> entries = Tiles.entries(files.require(path));
      return LongStream.range(0, entries.size())
          .mapToObj(i -> new LoggedEntry(first + i, AuditEntry.parse(entries.get((int) i))))
          .toList();
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(
          files.path(path.path()), String.valueOf(malformed.getMessage()));
    }
  }
}
