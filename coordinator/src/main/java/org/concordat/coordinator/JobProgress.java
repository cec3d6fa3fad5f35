package org.concordat.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.concordat.coordinator.epoch.EpochKeeper;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/** Opens whatever a job needs next: its next round, another attempt of a voided one, or its end. */
final class JobProgress {
  static final int MAX_ATTEMPTS = 8;

  private final JobBook book;
  private final Jobs jobs;
  private final RoundEngine engine;
  private final EpochKeeper epochs;
  private final AlliancePolicy policy;
  private final RoundEngine.EffectRunner effects;
  private final Consumer<String> changed;
  private final BiConsumer<String, String> abortRound;

  /**
   * @param abortRound ends a round, by stream, with a reason
   */
  JobProgress(
      Parts parts,
      RoundEngine engine,
      EpochKeeper epochs,
      RoundEngine.EffectRunner effects,
      BiConsumer<String, String> abortRound) {
    this.book = parts.book();
    this.jobs = parts.jobs();
    this.policy = parts.policy();
    this.changed = parts.changed();
    this.engine = engine;
    this.epochs = epochs;
    this.effects = effects;
    this.abortRound = abortRound;
  }

  /** Looks at every running job. */
  void advanceAll() {
    book.all().stream().filter(Job::running).toList().forEach(job -> advance(job.id()));
  }

  /**
   * Opens whatever round or attempt a job needs now, if a token can be had. Calling it again
   * changes nothing.
   */
  void advance(String id) {
    Optional<Job> found = book.find(id);
    if (found.isEmpty() || !found.get().running()) {
      changed.accept(id);
      return;
    }
    Job job = found.get();
    long index = job.record().getRoundsCommitted();
    if (index >= job.rounds()) {
      jobs.end(job, JobState.COMPLETED, "");
      changed.accept(id);
      return;
    }
    Round open = engine.open().get(Round.stream(id, index));
    if (open == null) {
      openAttempt(job, index, List.of());
    } else if (open.server().nonRevealQuorum().isPresent()) {
      retry(job, open);
    }
  }

  private void retry(Job job, Round voided) {
    List<Bytes> quorums = new ArrayList<>(voided.task().earlierNonReveals());
    quorums.add(voided.server().nonRevealQuorum().orElseThrow());
    if (quorums.size() >= MAX_ATTEMPTS) {
      abortRound.accept(voided.stream(), MAX_ATTEMPTS + " attempts were given up");
      return;
    }
    openAttempt(job, voided.task().round(), quorums);
  }

  private void openAttempt(Job job, long index, List<Bytes> quorums) {
    Cohort cohort;
    try {
      cohort =
          epochs.eligible(
              jobs.cohort(job.consenting(), job.spec().getSecureAggregation().getColluders()));
    } catch (InfeasibleCohortException tooFew) {
      jobs.end(job, JobState.FAILED, String.valueOf(tooFew.getMessage()));
      return;
    }
    String stream = Round.stream(job.id(), index);
    if (!epochs.serves(cohort) && othersNeedTheirEpoch(stream)) {
      return; // a new epoch would close their tokens
    }
    Optional<Integer> token = epochs.token(cohort);
    if (token.isEmpty()) {
      return;
    }
    for (Action action :
        List.of(
            Action.DISPATCH,
            job.kind(index) == Task.Kind.TRAIN ? Action.TRAIN : Action.EVALUATE,
            Action.SUBMIT)) {
      String denials =
          AlliancePolicy.denials(
              policy.decide(
                  action,
                  job.spec(),
                  cohort.members(),
                  cohort.size(),
                  Round.stream(job.id(), index)));
      if (!denials.isEmpty()) {
        jobs.end(job, JobState.FAILED, denials);
        return;
      }
    }
    try {
      Task task =
          new Task(
              job.id(),
              index,
              quorums.size(),
              epochs.certified().orElseThrow().number(),
              token.get(),
              job.kind(index),
              new Digest(job.record().getModel().toByteArray()),
              new Digest(job.record().getStateDigest().toByteArray()),
              cohort.policyDigest(),
              cohort.digest(),
              job.vectorLength(),
              job.quantisation(cohort.size()),
              quorums);
      engine.open(task, effects);
    } catch (MalformedMessageException impossible) {
      jobs.end(job, JobState.FAILED, String.valueOf(impossible.getMessage()));
    }
    changed.accept(job.id());
  }

  /** Rounds of other jobs that members still have to answer for with secrets of their tokens. */
  private boolean othersNeedTheirEpoch(String stream) {
    return engine.open().values().stream()
        .filter(round -> !round.stream().equals(stream) && !round.closed())
        .map(round -> round.server().phase())
        .anyMatch(phase -> phase.compareTo(RoundServer.Phase.AGREEING) <= 0);
  }

  /** Ends a job for an operator. */
  Job abort(Job job, String reason) {
    Round open = engine.open().get(Round.stream(job.id(), job.record().getRoundsCommitted()));
    if (open != null) {
      abortRound.accept(open.stream(), reason);
    }
    Job now = book.find(job.id()).orElseThrow();
    return now.ended() ? now : jobs.end(now, JobState.ABORTED, reason);
  }
}
