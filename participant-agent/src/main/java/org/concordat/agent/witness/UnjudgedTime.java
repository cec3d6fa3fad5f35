package org.concordat.agent.witness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.concordat.auditlog.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * How long this site has held a session without a head of the log that it could judge. A
 * coordinator that shows none, or proofs from another size than this site's each time, would
 * otherwise never have to show cosignatures. An honest one shows its newest head every minute.
 *
 * <p>Of the time between two looks no more than a minute counts: this site may have slept. It is
 * not forgotten when a session ends, so that ending it in time helps nobody. Not thread-safe.
 */
final class UnjudgedTime {
  private static final Duration STEP = Duration.ofMinutes(1);

  /** An honest coordinator's minute, and another for a loaded one. */
  private static final Duration SHOWN_EVERY = Duration.ofMinutes(2);

  private final Duration most;
  private final Clock clock;
  private Duration unjudged = Duration.ZERO;
  private @Nullable Instant lastLook;

  /** Of the largest head that the log's key signed and that could not be judged. */
  private long owed;

  /**
   * @param lag how long heads may be without cosignatures; two minutes more are allowed here
   */
  UnjudgedTime(Duration lag, Clock clock) {
    this.most = lag.plus(SHOWN_EVERY);
    this.clock = clock;
  }

  /** A head came that the log's key signed, with a proof from another size than this site's. */
  void notJudged(Checkpoint head) {
    owed = Math.max(owed, head.size());
  }

  /** A head was judged: one that is older than what was shown otherwise does not count. */
  void judged(Checkpoint head) {
    if (head.size() >= owed) {
      unjudged = Duration.ZERO;
    }
  }

  /**
   * To be called every second or so.
   *
   * @param connected whether a session is open
   * @return why this site must not go on, or empty
   */
  String look(boolean connected) {
    Instant now = clock.instant();
    if (connected && lastLook != null && now.isAfter(lastLook)) {
      Duration since = Duration.between(lastLook, now);
      unjudged = unjudged.plus(since.compareTo(STEP) < 0 ? since : STEP);
    }
    lastLook = connected ? now : null;
    if (unjudged.compareTo(most) <= 0) {
      return "";
    }
    unjudged = Duration.ZERO; // told once; who tries again gets the time again
    return "in %d seconds of its session it showed no head that leads from the one seen last"
        .formatted(most.toSeconds());
  }
}
