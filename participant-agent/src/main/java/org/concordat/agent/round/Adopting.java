package org.concordat.agent.round;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.agent.job.JobPolicy;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.report.Reports;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.agent.session.Fetcher.WrongContentException;
import org.concordat.agent.work.Threads;
import org.concordat.jurisdictions.Action;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.step.Notice;

/**
 * From a result to the signature under the state that follows from it. What cannot be fetched is
 * asked for again, with growing pauses, while the round is its job's newest.
 */
public final class Adopting {
  private static final String NOT_TAKEN = "RESULT_NOT_TAKEN";
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration RETRY_MOST = Duration.ofSeconds(30);

  /**
   * A result to take.
   *
   * @param pause before it is tried again
   * @param lastProblem of the try before, or empty: the same is said once
   */
  private record Attempt(
      Notice.ResultReady ready, SiteJob job, Cohort cohort, Duration pause, String lastProblem) {
    Task task() {
      return ready.task();
    }

    /** Whether pauses have grown as long as they get. */
    boolean lasts() {
      return pause.equals(RETRY_MOST);
    }

    Attempt again(String problem) {
      Duration doubled = pause.multipliedBy(2);
      Duration longer = doubled.compareTo(RETRY_MOST) > 0 ? RETRY_MOST : doubled;
      return new Attempt(ready, job, cohort, longer, problem);
    }
  }

  private final ProtocolSteps steps;
  private final SiteJobs jobs;
  private final JobPolicy policy;
  private final LocalModel model;
  private final Threads threads;
  private final Reports reports;

  /** By job, the task accepted last. */
  private final Map<String, Digest> newest = new HashMap<>();

  public Adopting(
      ProtocolSteps steps,
      SiteJobs jobs,
      JobPolicy policy,
      LocalModel model,
      Threads threads,
      Reports reports) {
    this.steps = steps;
    this.jobs = jobs;
    this.policy = policy;
    this.model = model;
    this.threads = threads;
    this.reports = reports;
  }

  /** Results of earlier rounds of its job are no longer asked for. */
  void accepted(Task task) {
    newest.put(task.job(), task.digest());
  }

  /** Recomputes the state that follows from a released sum, and signs it if it is the same. */
  void ready(Notice.ResultReady ready) {
    Task task = ready.task();
    Optional<SiteJob> job = jobs.find(task.job());
    Optional<Cohort> cohort = steps.cohort(task.epoch());
    if (job.isEmpty() || cohort.isEmpty()) {
      return;
    }
    SumFacts sum = SumFacts.of(cohort.get(), ready.result().selfSeeds().size());
    String denial = policy.denial(job.get(), sum, Action.RELEASE);
    if (denial.isEmpty()) {
      begin(new Attempt(ready, job.get(), cohort.get(), RETRY, ""));
    } else {
      reports.notActed(task.ref(), "POLICY_DENIED", denial);
    }
  }

  private void begin(Attempt attempt) {
    boolean byPerson = jobs.byPerson(attempt.task().job());
    threads.train(
        key(attempt),
        () -> model.next(attempt.ready(), attempt.job(), attempt.cohort(), byPerson),
        next -> adopt(attempt.task(), next),
        failure -> failed(attempt, failure));
  }

  private static String key(Attempt attempt) {
    return "adopt " + attempt.task().digest().hex();
  }

  /** Where the state differs, the coordinator is told; or that the consent was taken back since. */
  private void adopt(Task task, LocalModel.Next next) {
    Optional<String> withdrawn = jobs.withdrawn(task.job());
    if (withdrawn.isPresent()) {
      reports.notActed(task.ref(), "POLICY_DENIED", withdrawn.get());
      return;
    }
    try {
      steps.act(
          steps.take(member -> member.adopt(task.digest(), next.sum(), next.state()), List.of()));
    } catch (Refusal refusal) {
      steps.refused(refusal);
      reports.notActed(task.ref(), refusal);
    }
  }

  private void failed(Attempt attempt, Throwable failure) {
    String why = Threads.said(failure);
    if (failure instanceof FetchFailedException || failure instanceof OutOfMemoryError) {
      later(attempt, why, failure instanceof WrongContentException);
    } else {
      notTaken(attempt.task(), why);
      reports.notActed(attempt.task().ref(), NOT_TAKEN, why);
    }
  }

  /**
   * The operator hears of what is wrong at once, of anything else once it has lasted: a line that
   * is down for a moment is no reason.
   */
  private void later(Attempt attempt, String why, boolean wrong) {
    if (!why.equals(attempt.lastProblem())) {
      notTaken(attempt.task(), why + ". It is tried again");
    }
    if (wrong || attempt.lasts()) {
      reports.notActed(attempt.task().ref(), NOT_TAKEN, why, true);
    }
    threads.afterPause(
        attempt.pause(),
        key(attempt),
        () -> {
          if (isNewest(attempt.task())) {
            begin(attempt.again(why));
          }
        });
  }

  private void notTaken(Task task, String why) {
    reports.alarm("the result of round " + (task.round() + 1) + " was not taken: " + why);
  }

  /** Nothing newer of its job was accepted, and the job has not ended here. */
  private boolean isNewest(Task task) {
    return jobs.isOpen(task.job())
        && jobs.withdrawn(task.job()).isEmpty()
        && newest.getOrDefault(task.job(), task.digest()).equals(task.digest());
  }
}
