package org.concordat.agent.witness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.ConsistencyProof;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.SignatureRefusedException;
import org.concordat.auditlog.WitnessPolicy;
import org.concordat.auditlog.WitnessedHead;
import org.jspecify.annotations.Nullable;

/**
 * How far the heads that this site is shown are ahead of those that enough others have cosigned. A
 * fresh head cannot have cosignatures; one that never gets them may be shown to this site alone.
 *
 * <p>It is the time in which new heads are shown that counts, not the clock's: after a pause of the
 * coordinator, of the others or of this site, a quorum first has to come together. Not thread-safe.
 */
final class UnwitnessedLag {
  /** Of the time between two heads no more counts than this. */
  private static final Duration STEP = Duration.ofMinutes(1);

  private final WitnessPolicy policy;
  private final HeadDemand demand;
  private final LogVerifierKey log;
  private final Clock clock;

  /** The first head shown that is not covered yet. */
  private @Nullable Checkpoint waiting;

  /** Entries up to here are not counted: covered, or there when this began. */
  private long counted;

  private Duration lag = Duration.ZERO;
  private @Nullable Instant lastShown;
  private long lastSize = -1;

  /**
   * @throws MalformedNoteException if the policy is for another log
   */
  UnwitnessedLag(WitnessPolicy policy, HeadDemand demand, LogVerifierKey log, Clock clock) {
    policy.requireFor(log);
    this.policy = policy;
    this.demand = demand;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Takes a head that extends what was seen before.
   *
   * @param witnessed the newest head with cosignatures, as it was sent; empty where there is none
   * @param proof that the head extends it
   * @return why this site must not go on, or empty
   * @throws ProofRefusedException if the head does not extend the witnessed one: others have seen
   *     another log
   */
  String shown(Checkpoint head, byte[] witnessed, List<byte[]> proof) {
    if (waiting == null) {
      counted = head.size();
      waiting = head;
    }
    if (head.size() != lastSize) { // of a quiet log it is shown again, perhaps with nobody there
      count(clock.instant());
      lastSize = head.size();
    }
    long covered = covered(head, witnessed, proof);
    counted = Math.max(counted, covered);
    if (covered >= waiting.size()) {
      waiting = head;
      lag = Duration.ZERO;
    }
    if (head.size() - counted > demand.lagEntries()) {
      return "%d entries are newer than what enough members cosigned (%s), at most %d may be"
          .formatted(head.size() - counted, policy, demand.lagEntries());
    }
    return lag.compareTo(demand.lag()) > 0
        ? "the head of %d entries has not got enough members' cosignatures (%s) in %d seconds"
            .formatted(waiting.size(), policy, demand.lag().toSeconds())
        : "";
  }

  private void count(Instant now) {
    if (lastShown != null && now.isAfter(lastShown)) {
      Duration since = Duration.between(lastShown, now);
      lag = lag.plus(since.compareTo(STEP) < 0 ? since : STEP);
    }
    lastShown = now;
  }

  private long covered(Checkpoint head, byte[] note, List<byte[]> proof) {
    if (note.length == 0) {
      return 0;
    }
    WitnessedHead witnessed;
    try {
      witnessed = WitnessedHead.open(note, log, policy.witnesses());
    } catch (MalformedNoteException | SignatureRefusedException none) {
      return 0;
    }
    Checkpoint seen = witnessed.checkpoint();
    if (!policy.isSatisfiedBy(witnessed.witnesses().keySet())) {
      return 0;
    }
    ConsistencyProof.of(seen.size(), head.size(), proof).verify(seen.root(), head.root());
    return seen.size();
  }
}
