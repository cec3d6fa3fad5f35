package org.concordat.agent.round;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.agent.report.Reports;
import org.concordat.agent.session.Link;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.step.Action.Send;
import org.concordat.secureagg.step.Action.Upload;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Step;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps of secure aggregation, each (1) durable, (2) sent, (3) acted upon, in this order: whatever
 * is sent is in the store. On the mailbox only.
 */
public final class ProtocolSteps {
  private static final Logger LOG = LoggerFactory.getLogger(ProtocolSteps.class);

  /** What was on its way when a job ended, or when this site joined: nobody does wrong. */
  private static final Set<Refusal.Reason> ROUTINE =
      EnumSet.of(Refusal.Reason.JOB_UNKNOWN, Refusal.Reason.EPOCH_UNKNOWN);

  private final DurableMember member;
  private final Link link;
  private final Uploading uploading;
  private final Reports reports;
  private Consumer<Notice> notices = notice -> LOG.debug("{}", notice);

  public ProtocolSteps(DurableMember member, Link link, Uploading uploading, Reports reports) {
    this.member = member;
    this.link = link;
    this.uploading = uploading;
    this.reports = reports;
  }

  /** Who acts upon what steps bring to notice. */
  public void onNotice(Consumer<Notice> listener) {
    notices = listener;
  }

  /** The cohort of a certified epoch, if its manifest is known here. */
  Optional<Cohort> cohort(long epoch) {
    return member.member().cohort(epoch);
  }

  /** Applies an input; false where it was refused, which is told. */
  public boolean attempt(DurableMember.Input input) {
    try {
      act(take(input, List.of()));
      return true;
    } catch (Refusal refusal) {
      refused(refusal);
      return false;
    }
  }

  /** Makes a step durable, with other changes; {@link #act} follows. */
  Step take(DurableMember.Input input, List<Entries.Change> also) throws Refusal {
    return member.take(input, also);
  }

  /** A consent was taken back: nothing more is uploaded for the job. */
  void withdrawn(String job) {
    uploading.withdrawn(job);
  }

  /** What is durable now is sent, and acted upon. */
  void act(Step step) {
    for (var action : step.actions()) {
      if (action instanceof Send send) {
        link.send(send.sealed().toArray());
      } else if (action instanceof Upload upload) {
        uploading.send(upload);
      }
    }
    step.notices().forEach(notices);
  }

  /** Tells this site's people. */
  void refused(Refusal refusal) {
    reports.show("lastRefusal", refusal.getMessage() + "");
    if (ROUTINE.contains(refusal.reason())) {
      LOG.info("{}", refusal.getMessage());
    } else {
      reports.alarm(String.valueOf(refusal.getMessage()));
    }
  }
}
