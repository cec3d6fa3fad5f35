package org.concordat.auditlog;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
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
    return run(folder.head().size(), filter, bundle -> Optional.of(folder.bundle(bundle)));
  }

  /** Reads the bundles of a log. */
  interface Bundles {
    /** A bundle, or nothing where none of its entries can match. */
    Optional<EntryBundle> read(long bundle);
  }

  static Stream<LoggedEntry> run(long size, AuditFilter filter, Bundles bundles) {
    long count = (size + TilePath.FULL - 1) / TilePath.FULL;
    Wanted wanted = new Wanted(filter);
    return LongStream.range(Math.min(filter.from() / TilePath.FULL, count), count)
        .boxed()
        .flatMap(
            bundle ->
                bundles.read(bundle).stream()
                    .flatMap(found -> matching(found, bundle * TilePath.FULL, filter, wanted)))
        .filter(logged -> logged.index() < size)
        .limit(filter.limit());
  }

  /** Most entries do not match: that is seen in their bytes, and only the others are made. */
  private static Stream<LoggedEntry> matching(
      EntryBundle bundle, long first, AuditFilter filter, Wanted wanted) {
    EntryScan plain = new EntryScan();
    return IntStream.range((int) Math.max(0, filter.from() - first), bundle.size())
        .filter(i -> !bundle.take(i, plain) || wanted.mayMatch(plain))
        .mapToObj(i -> new LoggedEntry(first + i, bundle.parse(i, first + i)))
        .filter(logged -> filter.matches(logged.entry()));
  }
}
