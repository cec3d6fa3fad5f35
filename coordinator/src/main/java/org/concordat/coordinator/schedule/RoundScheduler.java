package org.concordat.coordinator.schedule;

import java.util.Optional;
import java.util.function.Consumer;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.schedule.AttemptOpener.Place;
import org.concordat.coordinator.schedule.CohortChoice.Choice;
import org.concordat.secureagg.InfeasibleCohortException;

/**
 * Opens whatever a job needs next: its next round, another attempt of a voided one, or its end. On
 * the mailbox thread.
 */
public final class RoundScheduler {
  private final JobBook book;
  private final Jobs jobs;
  private final RoundEngine engine;
  private final CohortChoice cohorts;
  private final AttemptOpener opener;
  private final Waits waits;
  private final Consumer<String> changed;

  /**
   * @param changed tells a job's watchers
   */
  public RoundScheduler(
      JobBook book,
      Jobs jobs,
      RoundEngine engine,
      CohortChoice cohorts,
      AttemptOpener opener,
      Waits waits,
      Consumer<String> changed) {
    this.book = book;
    this.jobs = jobs;
    this.engine = engine;
    this.cohorts = cohorts;
    this.opener = opener;
    this.waits = waits;
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
      cohorts.ended(id);
      changed.accept(id);
      return;
    }
    waits.begin(id);
    advance(found.get());
    waits.end(id);
    if (book.find(id).filter(Job::ended).isPresent()) {
      changed.accept(id); // no round tells of it, and nobody looks at this job again
    }
  }

  private void advance(Job job) {
    long index = job.record().getRoundsCommitted();
    if (index >= job.rounds()) {
      jobs.end(job, JobState.COMPLETED, "");
      changed.accept(job.id());
    } else if (cohorts.due(job.id(), index)) {
      try {
        act(job, index, cohorts.of(job, index));
      } catch (InfeasibleCohortException tooFew) {
        opener.fail(job, String.valueOf(tooFew.getMessage()));
      }
    }
  }

  private void act(Job job, long index, Choice choice) {
    if (choice instanceof Choice.Places places) {
      places.all().forEach(place -> advance(job.id(), index, place));
    } else if (choice instanceof Choice.Wait wait) {
      waits.add(job.id(), wait.why());
    } else if (choice instanceof Choice.After after) {
      waits.add(
          job.id(), "rounds over several cohorts take turns: job '" + after.job() + "' is next");
      advance(after.job());
    } else if (choice instanceof Choice.Impossible impossible) {
      opener.fail(job, impossible.why());
    }
  }

  /** One cohort's stream: its first attempt, or another one after a voided one. */
  private void advance(String id, long index, Place place) {
    Job job = book.find(id).orElseThrow();
    StreamId stream = new StreamId(id, index, place.number());
    Round open = engine.open().get(stream);
    if (!job.running()) {
      return; // a cohort before this one could not go on
    }
    if (open != null && open.server().nonRevealQuorum().isPresent()) {
      opener.retry(job, open, place);
    } else if (open == null && !cohorts.wasOpened(stream)) {
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
