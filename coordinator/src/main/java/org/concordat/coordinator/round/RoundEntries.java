package org.concordat.coordinator.round;

import java.time.Instant;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;

/**
 * Phase changes and releases as audit entries. A pure function of the event and the state after it,
 * so that an entry that is delivered twice is the same entry.
 */
public final class RoundEntries {
  private static final String ACTOR = "coordinator";

  private RoundEntries() {}

  /** The entry of an event that changed the phase. */
  static AuditEntry of(RoundEvent event, Round after) {
    Task task = after.task();
    String phase = after.phase().label();
    boolean trained = after.phase() instanceof Recording && task.kind() == Task.Kind.TRAIN;
    boolean release = trained && after.cohort() == 0;
    AuditEntry entry =
        AuditEntry.of(
                after.stream() + "/" + after.version(),
                Instant.ofEpochMilli(event.getAtMillis()),
                release ? EntryType.MODEL_RELEASE : EntryType.PHASE,
                ACTOR,
                release ? task.job() + "/" + (task.round() + 1) : phase,
                event.hasAborted() ? EntryOutcome.FAILED : EntryOutcome.OK)
            .inAlliance(after.alliance())
            .inRound(task.job(), task.round() + 1, task.attempt())
            .detail("phase", phase)
            .detail("kind", task.kind().name())
            .detail("token", task.epoch() + "/" + task.token())
            .digest("task", task.digest().hex());
    if (after.cohort() > 0) {
      entry =
          entry
              .detail("cohort", after.cohort() + "/" + after.cohorts())
              .digest("cohort", task.cohortDigest().hex());
    }
    if (event.hasSurvivorsFrozen() || trained) {
      entry = entry.detail("survivors", String.join(",", after.server().survivors()));
      for (String member : after.server().survivors()) {
        entry =
            entry.digest(
                "upload." + member,
                after.server().uploads().getOrDefault(member, Digest.NONE).hex());
      }
    }
    if (after.phase() instanceof Recording) {
      var sum = after.sum().orElseThrow();
      entry =
          entry
              .digest("sum", new Digest(sum.getSumRoot().toByteArray()).hex())
              .digest("model", new Digest(sum.getNextModel().toByteArray()).hex())
              .digest("state", new Digest(sum.getNextState().toByteArray()).hex())
              .digest(
                  "certificate",
                  after.server().certificate().map(RoundEntries::digest).orElse(Digest.NONE.hex()))
              .digest(
                  "record",
                  after
                      .server()
                      .record()
                      .map(record -> Digest.sha256(record.encode()).hex())
                      .orElse(Digest.NONE.hex()));
      if (after.cohort() > 0) {
        entry =
            entry.digest(
                "sums",
                after.server().publishedResult().map(Result::sumsDigest).orElse(Digest.NONE).hex());
      }
    }
    if (after.phase() instanceof Recording) {
      for (var partial : after.regions().partials().entrySet()) {
        entry =
            entry
                .digest("partial-sum." + partial.getKey(), partial.getValue().root().hex())
                .digest(
                    "partial-sum-signed." + partial.getKey(),
                    Digest.sha256(partial.getValue().sealed().toArray()).hex());
      }
    }
    if (event.hasSurvivorsFrozen() && !after.reasonsText().isEmpty()) {
      entry = entry.remark("without", after.reasonsText());
    }
    String reason =
        event.hasNonRevealChosen() ? event.getNonRevealChosen().getReason() : after.reason();
    return reason.isEmpty() ? entry : entry.remark("reason", reason);
  }

  /** The release of a round over several cohorts: each has its own entry with its sum before. */
  public static AuditEntry ofAll(Round last, AllianceCheckpoint checkpoint, Instant at) {
    Task task = last.task();
    boolean release = task.kind() == Task.Kind.TRAIN;
    return AuditEntry.of(
            StreamId.of(task.job(), task.round()) + "/all-cohorts",
            at,
            release ? EntryType.MODEL_RELEASE : EntryType.PHASE,
            ACTOR,
            release ? task.job() + "/" + (task.round() + 1) : "COMMITTED",
            EntryOutcome.OK)
        .inAlliance(last.alliance())
        .inRound(task.job(), task.round() + 1, task.attempt())
        .detail("kind", task.kind().name())
        .detail("cohorts", String.valueOf(last.cohorts()))
        .digest("sums", checkpoint.sumsDigest().hex())
        .digest("state", checkpoint.stateDigest().hex())
        .digest("model", new Digest(last.sum().orElseThrow().getNextModel().toByteArray()).hex())
        .digest("checkpoint", checkpoint.digest().hex());
  }

  /** How many members signed a checkpoint. */
  public static int signatures(Bytes checkpoint) {
    return Checkpoint.decode(checkpoint.toArray()).signatures().size();
  }

  private static String digest(Bytes bytes) {
    return Digest.sha256(bytes.toArray()).hex();
  }
}
