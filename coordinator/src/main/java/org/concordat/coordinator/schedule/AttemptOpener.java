package org.concordat.coordinator.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.epoch.EpochKeeper;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.CohortPlan;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.StreamId;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/**
 * Opens an attempt of a round for one cohort, if a token can be had and the policy agrees, or ends
 * the job. On the mailbox thread.
 */
public final class AttemptOpener {
  static final int MAX_ATTEMPTS = 8;

  /**
   * A cohort of a round.
   *
   * @param number from 1; 0 where there is one cohort
   * @param of how many; 0 where there is one
   * @param packed of how many members' updates a sum cannot wrap; 0 for those who take part
   * @param drawn as drawn; empty for all agents in one
   */
  record Place(int number, int of, int packed, Optional<Cohort> drawn) {
    /** The only one. */
    static Place only(Optional<Cohort> drawn) {
      return new Place(0, 0, 0, drawn);
    }
  }

  private final Jobs jobs;
  private final CohortPlan plan;
  private final AlliancePolicy policy;
  private final RoundEngine engine;
  private final Epochs epochs;
  private final Waits waits;

  public AttemptOpener(
      Jobs jobs,
      CohortPlan plan,
      AlliancePolicy policy,
      RoundEngine engine,
      Epochs epochs,
      Waits waits) {
    this.jobs = jobs;
    this.plan = plan;
    this.policy = policy;
    this.engine = engine;
    this.epochs = epochs;
    this.waits = waits;
  }

  /** The cohort's first attempt. Calling it again changes nothing. */
  void open(Job job, long index, Place place) {
    open(job, index, place, List.of());
  }

  /** Another attempt after one that is voided, unless another one would end in the same way. */
  void retry(Job job, Round voided, Place place) {
    List<Bytes> quorums = new ArrayList<>(voided.task().earlierNonReveals());
    quorums.add(voided.server().nonRevealQuorum().orElseThrow());
    if (quorums.size() >= MAX_ATTEMPTS || voided.hopeless()) {
      abort(
          voided.stream(),
          "round %d: %d attempts were given up, the last one because of %s"
              .formatted(
                  voided.task().round() + 1,
                  quorums.size(),
                  voided.reason().isEmpty() ? "reasons not known" : voided.reason()));
      return;
    }
    open(job, voided.task().round(), place, quorums);
  }

  private void open(Job job, long index, Place place, List<Bytes> quorums) {
    Optional<Cohort> drawn = place.drawn();
    EpochKeeper keeper =
        drawn.isPresent()
            ? epochs.of(drawn.get().rosterDigest(), Math.max(1, place.number()))
            : epochs.whole();
    Cohort members;
    try {
      members =
          keeper.eligible(
              drawn.isPresent()
                  ? CohortPlan.taking(drawn.get(), job.consenting())
                  : plan.cohort(
                      job.consenting(),
                      job.record().getMembersCount(),
                      job.spec().getSecureAggregation().getColluders()));
    } catch (InfeasibleCohortException tooFew) {
      fail(job, String.valueOf(tooFew.getMessage()));
      return;
    }
    StreamId stream = new StreamId(job.id(), index, place.number());
    Optional<Round> other =
        keeper.serves(members) ? Optional.empty() : needingItsEpoch(stream, members);
    if (other.isPresent()) { // a new epoch would close its token
      Task its = other.get().task();
      waits.add(
          job.id(),
          "a new epoch waits for round %d of job '%s'".formatted(its.round() + 1, its.job()));
      return;
    }
    Optional<Integer> token = keeper.token(members);
    if (token.isEmpty()) {
      String cohort = place.number() == 0 ? "" : "cohort " + place.number() + ", ";
      waits.add(job.id(), cohort + making(keeper));
      return;
    }
    SumFacts sums = SumFacts.before(keeper.certified().orElseThrow().cohort());
    String noRoute = policy.routes().denial(members.members());
    if (!noRoute.isEmpty()) {
      fail(job, "there is no way for the updates of " + stream.inWords() + ": " + noRoute);
      return;
    }
    String agreed = policy.agreement().denialOfJob(job.spec(), members.members());
    if (!agreed.isEmpty()) {
      fail(job, "the alliance's agreement does not allow " + stream.inWords() + ". " + agreed);
      return;
    }
    String denials =
        policy.denials(
            List.of(
                Action.DISPATCH,
                job.kind(index) == Task.Kind.TRAIN ? Action.TRAIN : Action.EVALUATE,
                Action.SUBMIT),
            job.spec(),
            members.members(),
            sums,
            stream.inWords());
    if (!denials.isEmpty()) {
      fail(job, policy.inWords(sums) + " does not allow " + stream.inWords() + ". " + denials);
      return;
    }
    try {
      engine.open(
          new Task(
              job.id(),
              index,
              quorums.size(),
              keeper.certified().orElseThrow().number(),
              token.get(),
              job.kind(index),
              new Digest(job.record().getModel().toByteArray()),
              new Digest(job.record().getStateDigest().toByteArray()),
              members.policyDigest(),
              members.digest(),
              job.vectorLength(),
              job.quantisation(place.packed() == 0 ? members.size() : place.packed()),
              quorums),
          place.number(),
          place.of(),
          policy.routes().of(members.members()));
    } catch (MalformedMessageException impossible) {
      fail(job, String.valueOf(impossible.getMessage()));
    }
  }

  private static String making(EpochKeeper keeper) {
    return keeper.waiting().isEmpty()
        ? "an epoch: too many were begun and none certified, change the roster"
        : keeper.waiting();
  }

  /**
   * A round of another job that these members still have to answer for with secrets of its token.
   */
  private Optional<Round> needingItsEpoch(StreamId stream, Cohort members) {
    return engine.open().values().stream()
        .filter(round -> !round.stream().equals(stream) && !round.closed())
        .filter(round -> round.participants().stream().anyMatch(members.members()::contains))
        .filter(round -> round.server().phase().compareTo(RoundServer.Phase.AGREEING) <= 0)
        .findFirst();
  }

  /** Ends a job that cannot go on, with whatever of it is under way. */
  void fail(Job job, String reason) {
    jobs.end(job, JobState.FAILED, reason);
    abortRounds(job, reason);
  }

  /** Ends what is under way of a job. */
  void abortRounds(Job job, String reason) {
    engine.open().values().stream()
        .filter(round -> round.task().job().equals(job.id()))
        .map(Round::stream)
        .toList()
        .forEach(stream -> abort(stream, reason));
  }

  private void abort(StreamId stream, String reason) {
    engine.happened(stream, new RoundMessage.Abort(reason));
  }
}
