package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter as it is looked up, in an index and in the bytes of entries: entries have milliseconds,
 * a filter's times may be finer.
 */
final class Wanted {
  private record Value(AuditField field, byte[] utf8) {}

  private final int[] terms;
  private final List<Value> values = new ArrayList<>();
  private final long since;
  private final long until;

  Wanted(AuditFilter filter) {
    terms = Terms.of(filter);
    filter
        .wanted()
        .forEach(
            (field, value) -> values.add(new Value(field, value.getBytes(StandardCharsets.UTF_8))));
    since = filter.since().map(Wanted::millis).orElse(Long.MIN_VALUE);
    until = filter.until().map(Wanted::endMillis).orElse(Long.MAX_VALUE);
  }

  /** All of these an entry must have. */
  int[] terms() {
    return terms;
  }

  /** Whether an entry between these times, both included, may match. */
  boolean mayMatch(long earliest, long latest) {
    return latest >= since && earliest < until;
  }

  /** Whether an entry that was taken may match; one that does not match may seem to. */
  boolean mayMatch(EntryScan entry) {
    if (!mayMatch(entry.millis(), entry.millis())) {
      return false;
    }
    for (Value value : values) {
      if (!entry.has(value.field, value.utf8)) {
        return false;
      }
    }
    return true;
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
}
