package org.concordat.auditlog;

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
  private final DistinctTerms open = new DistinctTerms();
  private int openEntries;
  private long earliest = Long.MAX_VALUE;
  private long latest = Long.MIN_VALUE;

  /**
   * Of one full bundle.
   *
   * @param terms ascending, each once
   */
  private record Summary(int[] terms, long earliest, long latest) {
    boolean mayHold(Wanted wanted) {
      if (!wanted.mayMatch(earliest, latest)) {
        return false;
      }
      for (int term : wanted.terms()) {
        if (Arrays.binarySearch(terms, term) < 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Takes the next entry's. */
  void add(Terms entry) {
    for (int term : entry.hashes()) {
      open.add(term);
    }
    openEntries++;
    earliest = Math.min(earliest, entry.millis());
    latest = Math.max(latest, entry.millis());
    if (openEntries == TilePath.FULL) {
      bundles.add(new Summary(open.takeAll(), earliest, latest));
      openEntries = 0;
      earliest = Long.MAX_VALUE;
      latest = Long.MIN_VALUE;
    }
  }

  /** Whether an entry of the bundle may match; the last one, not full yet, always may. */
  boolean mayHold(long bundle, Wanted wanted) {
    return bundle >= bundles.size() || bundles.get((int) bundle).mayHold(wanted);
  }
}
