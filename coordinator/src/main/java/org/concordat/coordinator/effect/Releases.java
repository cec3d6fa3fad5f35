package org.concordat.coordinator.effect;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.Publication;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEntries;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.round.event.SumApplied;
import org.concordat.coordinator.schedule.Checkpoints;
import org.concordat.coordinator.schedule.CohortRounds;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Obligation;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.message.Task;

/** Whether a round may be summed up, and what is published of it. On the mailbox thread. */
public final class Releases {
  private final Evidence evidence;
  private final Checkpoints checkpoints;
  private final CohortRounds cohorts;
  private final Publication publication;
  private final Jobs jobs;
  private final AlliancePolicy policy;
  private final AuditTrail audit;
  private final Clock clock;

  public Releases(
      Evidence evidence,
      Checkpoints checkpoints,
      CohortRounds cohorts,
      Publication publication,
      Jobs jobs,
      AlliancePolicy policy,
      AuditTrail audit,
      Clock clock) {
    this.evidence = evidence;
    this.checkpoints = checkpoints;
    this.cohorts = cohorts;
    this.publication = publication;
    this.jobs = jobs;
    this.policy = policy;
    this.audit = audit;
    this.clock = clock;
  }

  /** Why the policy forbids to aggregate or release, or empty. In the log when it returns. */
  String denied(Round round, Job job) {
    List<String> survivors = round.server().survivors();
    String denials =
        policy.denials(
            List.of(Action.AGGREGATE, Action.RELEASE),
            job.spec(),
            survivors,
            SumFacts.after(
                survivors,
                round.server().cohort().colluders(),
                Optional.of(round.task().policyDigest())),
            round.stream().inWords());
    audit.append(List.of());
    return denials;
  }

  /** Of a round of one cohort at once; of several, with the last of them. */
  void publish(Round round, Job job) {
    if (round.cohort() > 0) {
      publishCohort(round, job);
      return;
    }
    committed(List.of(round.stream()));
    Optional<Bytes> checkpoint = round.server().checkpoint();
    checkpoint.ifPresent(certified -> checkpoints.keep(job.id(), certified));
    release(round, job, checkpoint.map(RoundEntries::signatures).orElse(0));
  }

  /** The model is released with the last cohort, once that is in the log. */
  private void publishCohort(Round round, Job job) {
    if (job.record().getRoundsCommitted() > round.task().round()) {
      return;
    }
    if (job.ended()) {
      committed(List.of(round.stream())); // the other cohorts will never be
      return;
    }
    Optional<AllianceCheckpoint> all = cohorts.committed(round);
    if (all.isPresent()) {
      evidence.keep(all.get());
      committed(streams(round)); // members of each cohort needed its sum until now
      audit.once(RoundEntries.ofAll(round, all.get(), clock.instant()));
      checkpoints.tell(job.record().getMembersList(), all.get());
      release(
          round,
          job,
          all.get().cohorts().stream().mapToInt(part -> part.signatures().size()).sum());
    }
  }

  /** Evidence of these rounds ages from now on; uploads go at once where a policy says so. */
  private void committed(List<StreamId> streams) {
    for (StreamId stream : evidence.committed(streams)) {
      audit.once(
          audit
              .entry(
                  "erased/" + stream.name(),
                  EntryType.SYSTEM,
                  policy.coordinatorName(),
                  stream.name(),
                  EntryOutcome.OK)
              .inJob(stream.job())
              .detail("step", "deleted")
              .detail("obligation", Obligation.DELETE_UPDATES_AFTER_ROUND.text())
              .detail("what", "masked updates"));
    }
  }

  private static List<StreamId> streams(Round round) {
    return IntStream.rangeClosed(1, round.cohorts()).mapToObj(round.stream()::cohort).toList();
  }

  /** A cohort has ended its round: others that certified it alone have evidence that ages, too. */
  void endedWithout(Round one) {
    String job = one.task().job();
    committed(
        cohorts.begun(job, one.task().round()).stream()
            .flatMap(begun -> cohorts.all(job, begun).stream())
            .filter(other -> other.phase() instanceof Closed end && end.committed())
            .map(Round::stream)
            .toList());
  }

  private void release(Round round, Job job, int signatures) {
    SumApplied sum = round.sum().orElseThrow();
    int index = (int) round.task().round();
    publication.evaluated(job.id(), index, sum.getLoss(), sum.getAccuracy());
    if (round.task().kind() == Task.Kind.TRAIN) {
      publication.publish(
          job,
          ModelSummary.newBuilder()
              .setJob(job.id())
              .setVersion(index + 1)
              .setDigest(new Digest(sum.getNextModel().toByteArray()).hex())
              .setStateDigest(new Digest(sum.getNextState().toByteArray()).hex())
              .setParameters(job.parameters())
              .setRound(index + 1L)
              .setSignatures(signatures)
              .setPublishedMillis(clock.millis())
              .build(),
          Optional.of(round.task()));
    }
    jobs.committed(
        job,
        index,
        new Digest(sum.getNextModel().toByteArray()),
        new Digest(sum.getNextState().toByteArray()));
  }
}
