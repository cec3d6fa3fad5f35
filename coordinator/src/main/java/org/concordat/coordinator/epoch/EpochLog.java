package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.server.EpochServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of epochs and of the draw of cohorts, who has lied, and alarms, in the audit log.
 */
public final class EpochLog implements EpochKeeper.Listener, DrawKeeper.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(EpochLog.class);

  private final AuditTrail audit;
  private final Runnable over;
  private final Alarms ofMessages;

  /**
   * @param over called when a number, or a draw, is certified or has failed, while the call that
   *     ended it is still on the stack
   */
  public EpochLog(AuditTrail audit, Clock clock, Runnable over) {
    this.audit = audit;
    this.over = over;
    this.ofMessages = new Alarms(clock, this::alarm);
  }

  @Override
  public void certified(EpochServer epoch) {
    audit.once(
        audit
            .entry(
                "epoch/" + epoch.number(),
                EntryType.EPOCH,
                "coordinator",
                "epoch-" + epoch.number(),
                EntryOutcome.OK)
            .detail(
                "participants",
                String.valueOf(epoch.manifest().orElseThrow().participants().size()))
            .digest("manifest", epoch.manifest().orElseThrow().digest().hex())
            .digest("cohort", epoch.cohort().digest().hex()));
    over.run();
  }

  @Override
  public void failed(EpochServer epoch) {
    for (Verdict verdict : epoch.verdicts()) {
      alarm(
          verdict.liar(),
          "left out of epochs after "
              + epoch.number()
              + ": "
              + verdict.reason()
              + ": "
              + verdict.explanation()
              + "; evidence "
              + verdict.evidence());
    }
    over.run();
  }

  @Override
  public void drawn(Drawn drawn, DrawServer draw) {
    List<String> without =
        draw.alliance().members().stream()
            .filter(member -> !drawn.members().contains(member))
            .toList();
    audit.once(
        audit
            .entry(
                "draw/" + drawn.rosterDigest().hex(),
                EntryType.EPOCH,
                "coordinator",
                "cohorts",
                EntryOutcome.OK)
            .detail("number", String.valueOf(drawn.number()))
            .detail("members", String.valueOf(drawn.members().size()))
            .detail("cohorts", String.valueOf(drawn.count()))
            .detail("cohortSize", String.valueOf(drawn.cohortSize()))
            .detail("colluders", String.valueOf(drawn.colluders()))
            .remark("withoutCohort", String.join(",", without))
            .digest("roster", drawn.rosterDigest().hex())
            .digest("list", drawn.listDigest().hex())
            .digest("seed", drawn.seed().hex())
            .digest("drawn", drawn.digest().hex()));
    over.run();
  }

  @Override
  public void proven(Lie lie) {
    LOG.warn("{} has lied: {}: {}", lie.liar(), lie.reason(), lie.explanation());
    AuditEntry entry =
        audit
            .entry(
                "lie/" + lie.roster().hex() + "/" + lie.liar(),
                EntryType.EPOCH,
                "coordinator",
                lie.liar(),
                EntryOutcome.FAILED)
            .detail("epoch", String.valueOf(lie.epoch()))
            .detail("reason", lie.reason().name())
            .remark("explanation", lie.explanation())
            .digest("evidence", lie.evidence().hex())
            .digest("roster", lie.roster().hex());
    audit.once(
        lie.job().isEmpty() ? entry : entry.inRound(lie.job(), lie.round() + 1, lie.attempt()));
  }

  @Override
  public void refused(String member, Refusal refusal) {
    badMessage(member, String.valueOf(refusal.getMessage()));
  }

  /** A message that was not acted upon; floods of them are told together. */
  public void badMessage(String member, String what) {
    ofMessages.add(member, what);
  }

  /** Tells what is pending of floods. */
  public void flush() {
    ofMessages.flush();
  }

  /** Something that a member, or nobody in particular, did wrong. */
  void alarm(String member, String what) {
    LOG.warn("{}: {}", member, what);
    audit.once(
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.ACCESS,
                member.isEmpty() ? "coordinator" : member,
                "message",
                EntryOutcome.DENY)
            .remark("explanation", what));
  }
}
