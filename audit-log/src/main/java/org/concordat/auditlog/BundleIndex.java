package org.concordat.auditlog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Says which bundles of 256 entries a query need not read. It keeps, for each full bundle, the
 * {@link Terms} of its entries, each once, and their earliest and latest time: some 2 KB. It is
 * made anew from the entries when a log is opened. Not thread-safe.
 */
final class BundleIndex {
  private final List<Summary> bundles = new ArrayList<>();
  private final List<Terms> open = new ArrayList<>(TilePath.FULL);

  /**
   * Of one full bundle.
   *
   * @param terms ascending, each once
   */
  private record Summary(int[] terms, long earliest, long latest) {
    static Summary of(List<Terms> entries) {
      return new Summary(
          entries.stream()
              .flatMapToInt(each -> Arrays.stream(each.hashes()))
              .sorted()
              .distinct()
              .toArray(),
          entries.stream().mapToLong(Terms::millis).min().orElseThrow(),
          entries.stream().mapToLong(Terms::millis).max().orElseThrow());
    }

    boolean mayHold(Wanted wanted) {
      if (latest < wanted.since || earliest >= wanted.until) {
        return false;
      }
      for (int term : wanted.terms) {
        if (Arrays.binarySearch(terms, term) < 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** A filter as it is looked up: entries have milliseconds, a filter's times may be finer. */
  static final class Wanted {
    private final int[] terms;
    private final long since;
    private final long until;

    Wanted(AuditFilter filter) {
      terms = Terms.of(filter);
      since = filter.since().map(start -> millis(start)).orElse(Long.MIN_VALUE);
      until = filter.until().map(end -> endMillis(end)).orElse(Long.MAX_VALUE);
    }
  }

  /** The first millisecond that is not before it. */
  private static long endMillis(Instant end) {
    long millis = millis(end);
    return end.equals(Instant.ofEpochMilli(millis)) ? millis : millis + 1;
  }

  /** A time beyond those that entries can have is cut: a long does not hold the milliseconds. */
  private static long millis(Instant time) {
    if (time.isBefore(EntryRules.FIRST)) {
      return EntryRules.FIRST.toEpochMilli() - 1;
    }
    return (time.isBefore(EntryRules.END) ? time : EntryRules.END).toEpochMilli();
  }

  /** Takes the next entry's. */
  void add(Terms entry) {
    open.add(entry);
    if (open.size() == TilePath.FULL) {
      bundles.add(Summary.of(open));
      open.clear();
    }
  }

  /** Whether an entry of the bundle may match; the last one, not full yet, always may. */
  boolean mayHold(long bundle, Wanted wanted) {
    return bundle >= bundles.size() || bundles.get((int) bundle).mayHold(wanted);
  }
}
