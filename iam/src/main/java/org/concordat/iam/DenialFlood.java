package org.concordat.iam;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Folds floods of denials of unauthenticated callers, so that nobody can fill the audit log from
 * outside: the first denial is reported at once, the ones after it are counted and reported
 * together, at most once in an interval. No denial goes uncounted. Thread-safe.
 */
public final class DenialFlood {
  private final Duration interval;
  private final Clock clock;

  private Instant nextReport = Instant.MIN;
  private Instant firstPending = Instant.MIN;
  private long pending;
  private String lastReason = "";

  /**
   * One audit entry.
   *
   * @param from when the first denial in it happened
   * @param until when it was reported
   * @param denials how many, at least 1
   * @param lastReason why the last of them was denied
   */
  public record Summary(Instant from, Instant until, long denials, String lastReason) {}

  /**
   * @param interval least time between two summaries, above zero
   */
  public DenialFlood(Duration interval, Clock clock) {
    if (interval.isZero() || interval.isNegative()) {
      throw new IllegalArgumentException("interval must be above zero, not " + interval);
    }
    this.interval = interval;
    this.clock = clock;
  }

  /** Counts one denial; returns the entry to write now, if any. */
  public synchronized Optional<Summary> record(String reason) {
    if (pending == 0) {
      firstPending = clock.instant();
    }
    pending++;
    lastReason = reason;
    return flushIfDue();
  }

  /** What is pending, when its interval has passed; call it from a timer. */
  public synchronized Optional<Summary> flushIfDue() {
    return clock.instant().isBefore(nextReport) ? Optional.empty() : flush();
  }

  /** What is pending, at once; call it at shutdown. */
  public synchronized Optional<Summary> flush() {
    if (pending == 0) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Summary summary = new Summary(firstPending, now, pending, lastReason);
    pending = 0;
    nextReport = now.plus(interval);
    return Optional.of(summary);
  }
}
