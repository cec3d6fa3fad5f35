package org.concordat.coordinator.schedule;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.EpochKeeper;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.CohortPlan;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.StreamId;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.cohorts.Drawn;
import org.jspecify.annotations.Nullable;

/**
 * Opens whatever a job needs next: its next round, another attempt of a voided one, or its end. On
 * the mailbox thread.
 */
public final class RoundScheduler {
  private final JobBook book;
  private final Jobs jobs;
  private final RoundEngine engine;
  private final Epochs epochs;
  private final DrawKeeper draws;
  private final CohortRounds cohorts;
  private final AttemptOpener opener;
  private final Waits waits;
  private final CohortTurns turns;
  private final Consumer<String> changed;

  /** The cohorts of the last draw asked for: they take a while to compute. */
  private @Nullable Drawn lastDrawn;

  private int lastColluders;
  private List<Cohort> lastCohorts = List.of();

  /**
   * @param changed tells a job's watchers
   */
  public RoundScheduler(
      JobBook book,
      Jobs jobs,
      RoundEngine engine,
      Epochs epochs,
      DrawKeeper draws,
      CohortRounds cohorts,
      AttemptOpener opener,
      Waits waits,
      Consumer<String> changed) {
    this.book = book;
    this.jobs = jobs;
    this.engine = engine;
    this.epochs = epochs;
    this.draws = draws;
    this.cohorts = cohorts;
    this.opener = opener;
    this.waits = waits;
    this.turns = new CohortTurns(book, cohorts);
    this.changed = changed;
  }

  /** What a job that has no open round waits for, in words; empty if nothing. */
  public String waiting(String job) {
    return waits.of(job);
  }

  /** Looks at every running job. */
  public void advanceAll() {
    book.all().stream().filter(Job::running).toList().forEach(job -> advance(job.id()));
  }

  /**
   * Opens whatever round or attempt a job needs now, if a token can be had. Calling it again
   * changes nothing.
   */
  public void advance(String id) {
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
      opener.fail(job, String.valueOf(tooFew.getMessage()));
    }
  }

  /** Whether the round, or one of its cohorts, is to be opened or to be tried again. */
  private boolean due(String id, long index) {
    Optional<CohortRounds.Begun> begun = cohorts.begun(id, index);
    if (begun.isPresent()) {
      return cohorts.due(id, begun.get());
    }
    Round open = engine.open().get(StreamId.of(id, index));
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
      advanceOne(job, index, AttemptOpener.Place.only(Optional.empty()));
      return;
    }
    if (drawn.isEmpty()) {
      if (draws.failed(alliance.rosterDigest())) {
        opener.fail(job, "the cohorts could not be drawn in eight attempts: change the roster");
        return;
      }
      Optional<String> stuck = draws.stuck(alliance.rosterDigest());
      if (stuck.isPresent()) {
        opener.fail(job, stuck.get());
        return;
      }
      jobs.plan().requireDrawColluders();
      draws.begin(alliance, jobs.plan().cohortSize());
      waits.add(job.id(), draws.waiting());
      return;
    }
    if (drawn.get().colluders() < colluders) {
      opener.fail(
          job,
          "the cohorts of this roster were drawn for %d colluders ('rounds.draw-colluders' in the coordinator's file), the job assumes %d"
              .formatted(drawn.get().colluders(), colluders));
      return;
    }
    List<Cohort> all = cohortsOf(drawn.get(), alliance);
    if (all.size() == 1) {
      advanceOne(job, index, AttemptOpener.Place.only(Optional.of(all.get(0))));
      return;
    }
    Round inOne = engine.open().get(StreamId.of(job.id(), index));
    if (inOne != null) {
      failChanged(job, index, inOne.roster());
      return;
    }
    advanceAll(job, index, all);
  }

  /** Its members may be in other cohorts now, where they must not upload a second time. */
  private void failChanged(Job job, long index, Digest before) {
    opener.fail(
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
    // all cohorts' updates are packed alike: so that the largest cohort's sum cannot wrap
    int largest = all.stream().mapToInt(Cohort::size).max().orElseThrow();
    for (int cohort = 1; cohort <= all.size(); cohort++) {
      if (job(job).running()) {
        advanceOne(
            job,
            index,
            new AttemptOpener.Place(cohort, all.size(), largest, Optional.of(all.get(cohort - 1))));
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
  private void advanceOne(Job job, long index, AttemptOpener.Place place) {
    StreamId stream = new StreamId(job.id(), index, place.number());
    Round open = engine.open().get(stream);
    if (open != null && open.server().nonRevealQuorum().isPresent()) {
      opener.retry(job, open, place);
    } else if (open == null && (place.number() == 0 || !cohorts.wasOpened(stream))) {
      opener.open(job, index, place);
    }
  }

  /** Ends a job for an operator. */
  public Job abort(Job job, String reason) {
    Job ended = job.ended() ? job : jobs.end(job, JobState.ABORTED, reason);
    opener.abortRounds(job, reason);
    return ended;
  }
}
