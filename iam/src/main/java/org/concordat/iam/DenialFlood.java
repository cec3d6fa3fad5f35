package org.concordat.iam;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Skeleton: folds floods of unauthenticated denials into one entry per interval. */
public final class DenialFlood {
  /** What to log. */
  public record Summary(Instant from, Instant until, long denials, String lastReason) {}

  public DenialFlood(Duration interval, Clock clock) {
    throw new UnsupportedOperationException();
  }

  /** The entry to write now, if any. */
  public Optional<Summary> record(String reason) {
    throw new UnsupportedOperationException();
  }

  /** What is pending when its interval has passed; call it from a timer and at shutdown. */
  public Optional<Summary> flushIfDue() {
    throw new UnsupportedOperationException();
  }
}
