package org.concordat.coordinator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.EpochKeeper;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.CohortPlan;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.SumFacts;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.jspecify.annotations.Nullable;

/** Opens whatever a job needs next: its next round, another attempt of a voided one, or its end. */
final class JobProgress {
  static final int MAX_ATTEMPTS = 8;

  private final JobBook book;
  private final Jobs jobs;
  private final RoundEngine engine;
  private final Epochs epochs;
  private final DrawKeeper draws;
  private final CohortRounds cohorts;
  private final AlliancePolicy policy;
  private final RoundEngine.EffectRunner effects;
  private final Consumer<String> changed;
  private final Waits waits;
  private final Turns turns;

  /** The cohorts of the last draw asked for: they take a while to compute. */
  private @Nullable Drawn lastDrawn;

  private int lastColluders;
  private List<Cohort> lastCohorts = List.of();
  private final BiConsumer<String, String> abortRound;

  /**
   * @param abortRound ends a round, by stream, with a reason
   */
  JobProgress(
      Parts parts,
      RoundEngine engine,
      Epochs epochs,
      DrawKeeper draws,
      CohortRounds cohorts,
      RoundEngine.EffectRunner effects,
      BiConsumer<String, String> abortRound) {
    this.book = parts.book();
    this.jobs = parts.jobs();
    this.policy = parts.policy();
    this.changed = parts.changed();
    this.waits = new Waits(parts.clock(), changed);
    this.engine = engine;
    this.epochs = epochs;
    this.draws = draws;
    this.cohorts = cohorts;
    this.turns = new Turns(parts.book(), cohorts);
    this.effects = effects;
    this.abortRound = abortRound;
  }

  /** What a job that has no open round waits for, in words; empty if nothing. */
  String waiting(String job) {
    return waits.of(job);
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
      waits.forget(id);
      turns.done(id);
      changed.accept(id);
      return;
    }
    waits.begin(id);
    advance(found.get());
    waits.end(id);
  }

  private void advance(Job job) {
    String id = job.id();
    long index = job.record().getRoundsCommitted();
    if (index >= job.rounds()) {
      jobs.end(job, JobState.COMPLETED, "");
      changed.accept(id);
      return;
    }
    if (!due(id, index)) {
      return;
    }
    try {
      advanceCohorts(job, index);
    } catch (InfeasibleCohortException tooFew) {
      fail(job, String.valueOf(tooFew.getMessage()));
    }
  }

  /** Whether the round, or one of its cohorts, is to be opened or to be tried again. */
  private boolean due(String id, long index) {
    Optional<CohortRounds.Begun> begun = cohorts.begun(id, index);
    if (begun.isPresent()) {
      return cohorts.due(id, begun.get());
    }
    Round open = engine.open().get(Round.stream(id, index));
    return open == null || open.server().nonRevealQuorum().isPresent();
  }

  /** The round's cohorts: one, unless the roster's agents are, or have been, drawn into several. */
  private void advanceCohorts(Job job, long index) {
    int colluders = job.spec().getSecureAggregation().getColluders();
    Alliance alliance = jobs.plan().alliance(colluders);
    Optional<CohortRounds.Begun> begun = cohorts.begun(job.id(), index);
    if (begun.isPresent() && !begun.get().roster().equals(alliance.rosterDigest())) {
      failChanged(job, index, begun.get().roster());
      return;
    }
    Optional<Drawn> drawn = draws.drawn(alliance.rosterDigest());
    if (drawn.isEmpty() && !jobs.plan().several()) {
      advanceOne(job, index, 0, 0, Optional.empty());
      return;
    }
    if (drawn.isEmpty()) {
      if (draws.failed(alliance.rosterDigest())) {
        fail(job, "the cohorts could not be drawn in eight attempts: change the roster");
        return;
      }
      Optional<String> stuck = draws.stuck(alliance.rosterDigest());
      if (stuck.isPresent()) {
        fail(job, stuck.get());
        return;
      }
      jobs.plan().requireDrawColluders();
      draws.begin(alliance, jobs.plan().cohortSize());
      waits.add(job.id(), draws.waiting());
      return;
    }
    if (drawn.get().colluders() < colluders) {
      fail(
          job,
          "the cohorts of this roster were drawn for %d colluders ('rounds.draw-colluders' in the coordinator's file), the job assumes %d"
              .formatted(drawn.get().colluders(), colluders));
      return;
    }
    List<Cohort> all = cohortsOf(drawn.get(), alliance);
    if (all.size() == 1) {
      advanceOne(job, index, 0, 0, Optional.of(all.get(0)));
      return;
    }
    Round inOne = engine.open().get(Round.stream(job.id(), index));
    if (inOne != null) {
      failChanged(job, index, inOne.roster());
      return;
    }
    advanceAll(job, index, all);
  }

  /** Its members may be in other cohorts now, where they must not upload a second time. */
  private void failChanged(Job job, long index, Digest before) {
    fail(
        job,
        ("the roster changed while round %d ran in its cohorts (%s), and the round needs another attempt:"
                + " members may be in other cohorts now, where they must not upload for it again. Its earlier"
                + " models stay; to train under the roster in force, submit it as a new job")
            .formatted(index + 1, jobs.plan().changeSince(before)));
  }

  private List<Cohort> cohortsOf(Drawn drawn, Alliance alliance) {
    if (!drawn.equals(lastDrawn) || lastColluders != alliance.colluders()) {
      lastCohorts = drawn.cohorts(alliance);
      lastDrawn = drawn;
      lastColluders = alliance.colluders();
    }
    return lastCohorts;
  }

  private void advanceAll(Job job, long index, List<Cohort> all) {
    Digest roster = all.get(0).rosterDigest();
    if (cohorts.begun(job.id(), index).isEmpty()) {
      if (!isItsTurn(job, all)) {
        return;
      }
      cohorts.begin(job.id(), new CohortRounds.Begun(index, all.size(), roster));
    }
    for (int cohort = 1; cohort <= all.size(); cohort++) {
      if (job(job).running()) {
        advanceOne(job, index, cohort, all.size(), Optional.of(all.get(cohort - 1)));
      }
    }
  }

  /**
   * Whether no other job's round over several cohorts is under way, nor due before this one: who
   * has waited longer goes first where the epochs in force serve it, so that jobs of the same
   * members alternate, and others do not cost an epoch a round.
   */
  private boolean isItsTurn(Job job, List<Cohort> all) {
    Optional<Job> holder = turns.holder(job.id());
    if (holder.isPresent()) {
      turns.waits(job.id());
      waits.add(
          job.id(),
          "rounds over several cohorts take turns: round %d of job '%s' is under way"
              .formatted(holder.get().record().getRoundsCommitted() + 1, holder.get().id()));
      return false;
    }
    for (String other : turns.ahead(job.id())) {
      if (book.find(other).filter(its -> its.running() && areServed(its, all)).isPresent()) {
        turns.waits(job.id());
        waits.add(job.id(), "rounds over several cohorts take turns: job '" + other + "' is next");
        advance(other);
        return false;
      }
    }
    turns.done(job.id());
    return true;
  }

  private boolean areServed(Job job, List<Cohort> all) {
    try {
      for (int cohort = 1; cohort <= all.size(); cohort++) {
        Cohort drawn = all.get(cohort - 1);
        EpochKeeper keeper = epochs.of(drawn.rosterDigest(), cohort);
        if (!keeper.serves(keeper.eligible(CohortPlan.taking(drawn, job.consenting())))) {
          return false;
        }
      }
      return true;
    } catch (InfeasibleCohortException tooFew) {
      return false;
    }
  }

  private Job job(Job before) {
    return book.find(before.id()).orElseThrow();
  }

  /** One cohort's stream: its first attempt, or another one after a voided one. */
  private void advanceOne(Job job, long index, int cohort, int count, Optional<Cohort> drawn) {
    String stream = Round.stream(job.id(), index, cohort);
    Round open = engine.open().get(stream);
    if (open != null && open.server().nonRevealQuorum().isPresent()) {
      retry(job, open, drawn);
    } else if (open == null && (cohort == 0 || !cohorts.wasOpened(stream))) {
      openAttempt(job, index, cohort, count, drawn, List.of());
    }
  }

  private void retry(Job job, Round voided, Optional<Cohort> drawn) {
    List<Bytes> quorums = new ArrayList<>(voided.task().earlierNonReveals());
    quorums.add(voided.server().nonRevealQuorum().orElseThrow());
    if (quorums.size() >= MAX_ATTEMPTS || voided.hopeless()) {
      abortRound.accept(
          voided.stream(),
          "round %d: %d attempts were given up, the last one because of %s"
              .formatted(
                  voided.task().round() + 1,
                  quorums.size(),
                  voided.reason().isEmpty() ? "reasons not known" : voided.reason()));
      return;
    }
    openAttempt(job, voided.task().round(), voided.cohort(), voided.cohorts(), drawn, quorums);
  }

  /**
   * @param cohort from 1, 0 for the only one
   * @param drawn the cohort as drawn; empty for all agents in one
   */
  private void openAttempt(
      Job job, long index, int cohort, int count, Optional<Cohort> drawn, List<Bytes> quorums) {
    EpochKeeper keeper =
        drawn.isPresent()
            ? epochs.of(drawn.get().rosterDigest(), Math.max(1, cohort))
            : epochs.whole();
    Cohort members;
    try {
      members =
          keeper.eligible(
              drawn.isPresent()
                  ? CohortPlan.taking(drawn.get(), job.consenting())
                  : jobs.plan()
                      .cohort(
                          job.consenting(),
                          job.record().getMembersCount(),
                          job.spec().getSecureAggregation().getColluders()));
    } catch (InfeasibleCohortException tooFew) {
      fail(job, String.valueOf(tooFew.getMessage()));
      return;
    }
    String stream = Round.stream(job.id(), index, cohort);
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
      waits.add(job.id(), (cohort == 0 ? "" : "cohort " + cohort + ", ") + making(keeper));
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
                  members.members(),
                  SumFacts.before(keeper.certified().orElseThrow().cohort()),
                  Round.inWords(stream)));
      if (!denials.isEmpty()) {
        fail(job, denials);
        return;
      }
    }
    try {
      Task task =
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
              job.quantisation(count == 0 ? members.size() : largest()),
              quorums);
      engine.open(task, cohort, count, effects);
    } catch (MalformedMessageException impossible) {
      fail(job, String.valueOf(impossible.getMessage()));
    }
    changed.accept(job.id());
  }

  private static String making(EpochKeeper keeper) {
    return keeper.waiting().isEmpty()
        ? "an epoch: too many were begun and none certified, change the roster"
        : keeper.waiting();
  }

  /**
   * A round of another job that these members still have to answer for with secrets of its token.
   */
  private Optional<Round> needingItsEpoch(String stream, Cohort members) {
    return engine.open().values().stream()
        .filter(round -> !round.stream().equals(stream) && !round.closed())
        .filter(round -> round.participants().stream().anyMatch(members.members()::contains))
        .filter(round -> round.server().phase().compareTo(RoundServer.Phase.AGREEING) <= 0)
        .findFirst();
  }

  /** All cohorts' updates are packed alike: so that the largest cohort's sum cannot wrap. */
  private int largest() {
    return lastCohorts.stream().mapToInt(Cohort::size).max().orElseThrow();
  }

  /** Ends a job, with whatever of it is under way. */
  private void fail(Job job, String reason) {
    jobs.end(job, JobState.FAILED, reason);
    abortRounds(job, reason);
  }

  private void abortRounds(Job job, String reason) {
    engine.open().values().stream()
        .filter(round -> round.task().job().equals(job.id()))
        .map(Round::stream)
        .toList()
        .forEach(stream -> abortRound.accept(stream, reason));
  }

  /** Ends a job for an operator. */
  Job abort(Job job, String reason) {
    Job ended = job.ended() ? job : jobs.end(job, JobState.ABORTED, reason);
    abortRounds(job, reason);
    return ended;
  }
}
