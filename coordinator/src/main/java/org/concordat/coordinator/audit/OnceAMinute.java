package org.concordat.coordinator.audit;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Says something at most once a minute, with the number of times that it went unsaid: what
 * strangers can cause must not fill a disk. Thread-safe.
 */
final class OnceAMinute {
  private static final long INTERVAL_NANOS = 60_000_000_000L;

  private final LongSupplier nanos;
  private final Consumer<String> log;
  private long saidNanos;
  private boolean said;
  private long unsaid;

  /**
   * @param nanos a clock that only goes forward
   */
  OnceAMinute(LongSupplier nanos, Consumer<String> log) {
    this.nanos = nanos;
    this.log = log;
  }

  synchronized void say(String what) {
    long now = nanos.getAsLong();
    if (said && now - saidNanos < INTERVAL_NANOS) {
      unsaid++;
      return;
    }
    log.accept(unsaid == 0 ? what : what + " (and " + unsaid + " times more in the minute before)");
    said = true;
    saidNanos = now;
    unsaid = 0;
  }
}
