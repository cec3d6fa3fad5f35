package org.concordat.coordinator.effect;

import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.schedule.CohortRounds;
import org.concordat.coordinator.schedule.PastRounds;

/**
 * What a result or an end of a round means for its job and other cohorts. On the mailbox thread.
 */
public final class RoundEnd {
  private final RoundEngine engine;
  private final RoundSummaries summaries;
  private final PastRounds past;
  private final JobBook book;
  private final Jobs jobs;
  private final CohortRounds cohorts;
  private final Releases releases;

  public RoundEnd(
      RoundEngine engine,
      RoundSummaries summaries,
      PastRounds past,
      JobBook book,
      Jobs jobs,
      CohortRounds cohorts,
      Releases releases) {
    this.engine = engine;
    this.summaries = summaries;
    this.past = past;
    this.book = book;
    this.jobs = jobs;
    this.cohorts = cohorts;
    this.releases = releases;
  }

  /** The job has a model, or an evaluation, more. */
  void published(Round round) {
    releases.publish(round, book.find(round.task().job()).orElseThrow());
  }

  /** Its summary stays; an abort ends the job, and with it what other cohorts do. */
  void ended(Round round, Closed end) {
    summaries.keep(round);
    past.ended(round.stream());
    if (end.committed()) {
      return;
    }
    Job job = book.find(round.task().job()).orElseThrow();
    if (!job.ended()) {
      jobs.end(job, JobState.FAILED, round.reason());
    }
    if (round.cohort() > 0) {
      releases.endedWithout(round);
      RoundMessage abort = new RoundMessage.Abort("another cohort has ended: " + round.reason());
      cohorts.others(round).forEach(other -> engine.happened(other.stream(), abort));
    }
  }
}
