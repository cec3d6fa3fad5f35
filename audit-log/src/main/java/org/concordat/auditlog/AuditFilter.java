package org.concordat.auditlog;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which entries a query returns: those that match all that is given.
 *
 * @param wanted by field what the entry must have there; nothing matches all
 * @param since earliest time, included
 * @param until latest time, excluded
 * @param from the first index that is looked at, from 0
 * @param limit how many at most, in order of index; 1 to {@link #MAX_LIMIT}
 */
public record AuditFilter(
    Map<AuditField, String> wanted,
    Optional<Instant> since,
    Optional<Instant> until,
    long from,
    int limit) {
  /** The most entries that one query returns. */
  public static final int MAX_LIMIT = 1_000_000;

  /** Everything, up to {@link #MAX_LIMIT}. */
  public static final AuditFilter ALL =
      new AuditFilter(Map.of(), Optional.empty(), Optional.empty(), 0, MAX_LIMIT);

  /** Checks the bounds. */
  public AuditFilter {
    wanted = wanted.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(wanted));
    if (from < 0) {
      throw new IllegalArgumentException("an index is not below 0: " + from);
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit " + limit + " is not in 1 to " + MAX_LIMIT);
    }
  }

  /** The same, with one more field, or another value of it. */
  public AuditFilter with(AuditField field, String value) {
    Map<AuditField, String> more = new EnumMap<>(AuditField.class);
    more.putAll(wanted);
    more.put(field, value);
    return new AuditFilter(more, since, until, from, limit);
  }

  /** The same, of one type. */
  public AuditFilter ofType(EntryType type) {
    return with(AuditField.TYPE, type.text());
  }

  /** The same, with one outcome. */
  public AuditFilter with(EntryOutcome outcome) {
    return with(AuditField.OUTCOME, outcome.text());
  }

  /** The same, from {@code earliest} on. */
  public AuditFilter since(Instant earliest) {
    return new AuditFilter(wanted, Optional.of(earliest), until, from, limit);
  }

  /** The same, before {@code end}. */
  public AuditFilter until(Instant end) {
    return new AuditFilter(wanted, since, Optional.of(end), from, limit);
  }

  /** The same, from an index on. */
  public AuditFilter from(long first) {
    return new AuditFilter(wanted, since, until, first, limit);
  }

  /** The same, with at most that many results. */
  public AuditFilter limit(int most) {
    return new AuditFilter(wanted, since, until, from, most);
  }

  /** Whether an entry matches. */
  public boolean matches(AuditEntry entry) {
    return wanted.entrySet().stream()
            .allMatch(each -> each.getKey().of(entry).contains(each.getValue()))
        && since.map(start -> !entry.time().isBefore(start)).orElse(true)
        && until.map(end -> entry.time().isBefore(end)).orElse(true);
  }
}
