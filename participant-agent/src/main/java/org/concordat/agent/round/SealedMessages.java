package org.concordat.agent.round;

import java.util.List;
import java.util.Optional;
import org.concordat.agent.job.JobPolicy;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.report.Reports;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.step.Step;
import org.concordat.store.Entries;

/**
 * Sealed messages of the coordinator: opened, held against this site's policy where they would
 * reveal, applied. What is not acted upon is told.
 *
 * @param coordinator its name
 */
public record SealedMessages(
    Notary notary,
    ProtocolSteps steps,
    SiteJobs jobs,
    JobPolicy policy,
    Reports reports,
    String coordinator) {
  /** Acts upon a message, or tells why not. */
  public void handle(byte[] sealed) {
    Optional<TokenRef> about;
    boolean reveals;
    String denial;
    try {
      Notary.Opened opened = notary.open(sealed);
      about = about(opened);
      reveals = opened.type().equals(Certificate.TYPE);
      denial =
          reveals
              ? denialOfReveal(Certificate.decode(opened.payload()))
              : opened.type().equals(Survivors.TYPE)
                  ? denialOfRegions(Survivors.decode(opened.payload()))
                  : opened.type().equals(Result.TYPE) ? withdrawn(about) : "";
    } catch (BadEnvelopeException | IllegalArgumentException bad) {
      reports.alarm("a message was not acted upon: " + bad.getMessage());
      return;
    }
    if (!denial.isEmpty()) {
      about.ifPresent(ref -> reports.notActed(ref, "POLICY_DENIED", denial));
      return;
    }
    try {
      steps.act(
          reveals
              ? reveal(sealed, about.orElseThrow())
              : steps.take(member -> member.handle(sealed), List.of()));
    } catch (Refusal refusal) {
      steps.refused(refusal);
      about.ifPresent(ref -> reports.notActed(ref, refusal));
    }
  }

  /** Results of a job whose consent was taken back are nothing to this site. */
  private String withdrawn(Optional<TokenRef> about) {
    return about.flatMap(ref -> jobs.withdrawn(ref.job())).orElse("");
  }

  /** That a sum over the data may be opened is noted in the step that reveals. */
  private Step reveal(byte[] certificate, TokenRef ref) throws Refusal {
    Refusal.require(
        jobs.isOpen(ref.job()),
        Refusal.Reason.JOB_UNKNOWN,
        coordinator,
        "a certificate of job %s, which is not open here",
        ref.job());
    List<Entries.Change> also = jobs.opening(ref.job(), ref.round()).stream().toList();
    Step step = steps.take(member -> member.handle(certificate), also);
    jobs.opened(ref.job(), ref.round());
    return step;
  }

  /**
   * Shares are revealed only for what this site's own policy lets be added up. Of a job or an epoch
   * that is not known here, nothing is revealed at all.
   */
  private String denialOfReveal(Certificate certificate) {
    Optional<SiteJob> job = jobs.find(certificate.ref().job());
    Optional<Cohort> cohort = steps.cohort(certificate.ref().epoch());
    if (job.isEmpty() || cohort.isEmpty()) {
      return "";
    }
    Survivors survivors = Survivors.decode(certificate.survivors().toArray());
    String regions = denialOfRegions(survivors);
    return !regions.isEmpty()
        ? regions
        : policy.denial(
            job.get(),
            SumFacts.of(cohort.get(), survivors.uploads().size()),
            Action.REVEAL,
            Action.AGGREGATE);
  }

  /**
   * A region with fewer than three survivors counts as dropped: nobody signs or opens such a set.
   */
  private String denialOfRegions(Survivors survivors) {
    return steps
        .cohort(survivors.ref().epoch())
        .map(cohort -> policy.policy().routes().denialOf(cohort, survivors))
        .orElse("");
  }

  /** What a message is about, where the coordinator should know that it was refused. */
  private static Optional<TokenRef> about(Notary.Opened opened) {
    byte[] payload = opened.payload();
    try {
      return switch (opened.type()) {
        case Task.TYPE -> Optional.of(Task.decode(payload).ref());
        case Survivors.TYPE -> Optional.of(Survivors.decode(payload).ref());
        case Certificate.TYPE -> Optional.of(Certificate.decode(payload).ref());
        case NonRevealRequest.TYPE -> Optional.of(NonRevealRequest.decode(payload).ref());
        case Result.TYPE -> Optional.of(Task.ofCore(Result.decode(payload).task().toArray()).ref());
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
