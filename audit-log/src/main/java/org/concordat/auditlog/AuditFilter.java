package org.concordat.auditlog;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which entries a query returns: those that match every given field exactly; absent fields match
 * all.
 *
 * @param since earliest time, included
 * @param until latest time, excluded
 * @param from the first index that is looked at, from 0
 * @param limit how many at most, in order of index; 1 to {@link #MAX_LIMIT}
 */
public record AuditFilter(
    Optional<EntryType> type,
    Optional<String> actor,
    Optional<String> subject,
    Optional<String> job,
    OptionalLong round,
    Optional<EntryOutcome> outcome,
    Optional<Instant> since,
    Optional<Instant> until,
    long from,
    int limit) {
  /** The most entries that one query returns. */
  public static final int MAX_LIMIT = 1_000_000;

  /** Everything, up to {@link #MAX_LIMIT}. */
  public static final AuditFilter ALL =
      new AuditFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          MAX_LIMIT);

  /** Checks the bounds. */
  public AuditFilter {
    if (from < 0) {
      throw new IllegalArgumentException("an index is not below 0: " + from);
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit " + limit + " is not in 1 to " + MAX_LIMIT);
    }
  }

  /** The same, of one type. */
  public AuditFilter ofType(EntryType wanted) {
    return new AuditFilter(
        Optional.of(wanted), actor, subject, job, round, outcome, since, until, from, limit);
  }

  /** The same, by one actor. */
  public AuditFilter by(String wanted) {
    return new AuditFilter(
        type, Optional.of(wanted), subject, job, round, outcome, since, until, from, limit);
  }

  /** The same, about one subject. */
  public AuditFilter about(String wanted) {
    return new AuditFilter(
        type, actor, Optional.of(wanted), job, round, outcome, since, until, from, limit);
  }

  /** The same, of one job. */
  public AuditFilter inJob(String wanted) {
    return new AuditFilter(
        type, actor, subject, Optional.of(wanted), round, outcome, since, until, from, limit);
  }

  /** The same, of one round number. */
  public AuditFilter inRound(long wanted) {
    return new AuditFilter(
        type, actor, subject, job, OptionalLong.of(wanted), outcome, since, until, from, limit);
  }

  /** The same, with one outcome. */
  public AuditFilter with(EntryOutcome wanted) {
    return new AuditFilter(
        type, actor, subject, job, round, Optional.of(wanted), since, until, from, limit);
  }

  /** The same, from {@code earliest} on. */
  public AuditFilter since(Instant earliest) {
    return new AuditFilter(
        type, actor, subject, job, round, outcome, Optional.of(earliest), until, from, limit);
  }

  /** The same, before {@code end}. */
  public AuditFilter until(Instant end) {
    return new AuditFilter(
        type, actor, subject, job, round, outcome, since, Optional.of(end), from, limit);
  }

  /** The same, from an index on. */
  public AuditFilter from(long first) {
    return new AuditFilter(type, actor, subject, job, round, outcome, since, until, first, limit);
  }

  /** The same, with at most that many results. */
  public AuditFilter limit(int most) {
    return new AuditFilter(type, actor, subject, job, round, outcome, since, until, from, most);
  }

  /** Whether an entry matches. */
  public boolean matches(AuditEntry entry) {
    return same(type, entry.type())
        && same(actor, entry.actor())
        && same(subject, entry.subject())
        && (job.isEmpty() || job.equals(entry.job()))
        && (round.isEmpty() || round.equals(entry.round()))
        && same(outcome, entry.outcome())
        && since.map(start -> !entry.time().isBefore(start)).orElse(true)
        && until.map(end -> entry.time().isBefore(end)).orElse(true);
  }

  private static <T> boolean same(Optional<T> wanted, T found) {
    return wanted.isEmpty() || wanted.get().equals(found);
  }
}
