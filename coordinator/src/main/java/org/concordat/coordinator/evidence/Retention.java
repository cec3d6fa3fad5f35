package org.concordat.coordinator.evidence;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.round.StreamId;
import org.concordat.jurisdictions.Obligation;

/**
 * Deletes what is kept of rounds once it is as old as the policy in force allows: obligation {@code
 * retain-days}. Masked updates, the sum and the record of a round's signatures go; the model that
 * was released, and the log, stay. Nothing of it is in a backup, since {@code state/} never is. On
 * the mailbox thread.
 */
public final class Retention {
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final Evidence evidence;
  private final AlliancePolicy policy;
  private final AuditTrail audit;
  private final String coordinator;
  private final Clock clock;
  private Instant looked = Instant.EPOCH;

  public Retention(
      Evidence evidence, AlliancePolicy policy, AuditTrail audit, String coordinator, Clock clock) {
    this.evidence = evidence;
    this.policy = policy;
    this.audit = audit;
    this.coordinator = coordinator;
    this.clock = clock;
  }

  /** Looks once a minute; a clock that was set back does not keep it from looking. */
  public void tick() {
    Instant now = clock.instant();
    if (Duration.between(looked, now).abs().compareTo(LOOK) >= 0) {
      looked = now;
      OptionalInt days = policy.retainDays();
      if (days.isPresent()) {
        deleteOlder(now.minus(Duration.ofDays(days.getAsInt())), days.getAsInt());
      }
    }
  }

  /** In the log first: a crash in between deletes, and logs, the same again. */
  private void deleteOlder(Instant than, int days) {
    List<StreamId> old = evidence.endedBefore(than.toEpochMilli());
    if (old.isEmpty()) {
      return;
    }
    String obligation = Obligation.RETAIN_DAYS + ": " + days;
    for (StreamId stream : old) {
      audit.once(
          audit
              .entry(
                  "retention/" + stream.name(),
                  EntryType.SYSTEM,
                  coordinator,
                  stream.name(),
                  EntryOutcome.OK)
              .inJob(stream.job())
              .detail("step", "deleted")
              .detail("obligation", obligation)
              .detail("what", "masked updates, sum, record")
              .detail("backups", "none, state/ is in no backup"));
    }
    evidence.delete(old, obligation);
  }
}
