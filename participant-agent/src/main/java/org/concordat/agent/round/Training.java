package org.concordat.agent.round;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.concordat.agent.job.DataUse;
import org.concordat.agent.job.JobPolicy;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.report.Reports;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.work.Threads;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.message.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a task that was accepted to the update that is masked for it, or to a Decline.
 *
 * @param crashPoint told each point at which crash tests kill the process
 */
public record Training(
    ProtocolSteps steps,
    SiteJobs jobs,
    JobPolicy policy,
    LocalModel model,
    Threads threads,
    Reports reports,
    Consumer<String> crashPoint) {
  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  /** Bytes of a reason in a {@code Decline}. */
  private static final int MAX_REASON_BYTES = 200;

  /**
   * Starts the trainer of a job that this site has consented to. Where that fails, so does the
   * first task, which tells why.
   */
  public void expect(SiteJob job, DataUse use) {
    String id = job.spec().getJob();
    threads.<Boolean>train(
        "trainer of " + id,
        () -> {
          model.prepare(job, use);
          return true;
        },
        started -> LOG.debug("the trainer of {} is ready", id),
        failure -> LOG.debug("the trainer of {} did not start: {}", id, failure.getMessage()));
  }

  /** Trains or evaluates for a task that was accepted, if this site's policy still allows it. */
  void accepted(Task task) {
    steps.cohort(task.epoch()).ifPresent(cohort -> begin(task, cohort));
  }

  private void begin(Task task, Cohort cohort) {
    Optional<SiteJob> job = jobs.find(task.job());
    Optional<DataUse> use = jobs.use(task.job());
    if (job.isEmpty() || use.isEmpty()) {
      giveUp(task, "this site has not consented to the job");
      return;
    }
    String noRoute = policy.policy().routes().denial(cohort.members());
    String changed = policy.policy().routes().changed(cohort.rosterDigest());
    if (!noRoute.isEmpty() || !changed.isEmpty()) {
      giveUp(task, noRoute.isEmpty() ? changed : noRoute);
      return;
    }
    SumFacts sum = SumFacts.of(cohort);
    boolean train = task.kind() == Task.Kind.TRAIN;
    String denial =
        policy.denial(job.get(), sum, Action.DISPATCH, train ? Action.TRAIN : Action.EVALUATE);
    if (!denial.isEmpty()) {
      giveUp(task, denial);
      return;
    }
    boolean begun =
        threads.train(
            task.digest().hex(),
            () -> model.train(task, job.get(), use.get()),
            update -> trained(task, job.get(), cohort, update),
            failure -> notTrained(task, failure));
    if (begun) {
      reports.doing(train ? "training" : "evaluating", task.job(), task.round() + 1);
    }
  }

  private void trained(Task task, SiteJob job, Cohort cohort, LocalModel.Update update) {
    crashPoint.accept("trained");
    String changed = policy.policy().routes().changed(cohort.rosterDigest());
    String denial =
        changed.isEmpty() ? policy.denial(job, SumFacts.of(cohort), Action.SUBMIT) : changed;
    if (!denial.isEmpty()) {
      giveUp(task, denial);
      return;
    }
    steps.attempt(member -> member.protect(task.digest(), update.vector(), update.weight()));
    reports.clipping(task, update.clipped());
  }

  /** What a trainer printed is for this site's own people, not for the operator. */
  private void notTrained(Task task, Throwable failure) {
    Optional<String> withdrawn = jobs.withdrawn(task.job());
    if (withdrawn.isPresent()) { // the trainer was killed for it
      giveUp(task, withdrawn.get());
      reports.idle();
      return;
    }
    String why = Threads.said(failure);
    reports.alarm("round " + (task.round() + 1) + " was not trained: " + why);
    giveUp(task, failure instanceof TrainerFailedException trainer ? trainer.what() : why);
    reports.idle();
  }

  /** The reason goes to the operator: it must fit a message of the protocol. */
  private void giveUp(Task task, String why) {
    String reason = cut(why, MAX_REASON_BYTES);
    steps.attempt(member -> member.giveUp(task.digest(), reason));
  }

  /** The first characters that fit so many bytes of UTF-8, on one line. */
  static String cut(String text, int mostBytes) {
    String line = text.replaceAll("\\s*[\\p{Cntrl}]+\\s*", " ").strip();
    if (line.getBytes(StandardCharsets.UTF_8).length <= mostBytes) {
      return line;
    }
    int end = line.length();
    while (line.substring(0, end).getBytes(StandardCharsets.UTF_8).length + 3 > mostBytes) {
      end--;
    }
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  /** A consent was taken back: a trainer at work for the job is killed, an upload broken off. */
  public void withdrawn(SiteJob job) {
    String id = job.spec().getJob();
    model.withdrawn(id);
    steps.withdrawn(id);
    threads.afterTraining(model::close);
  }

  /** A job is over: its trainer is ended once it has finished what it does. */
  public void closed(JobClosed closed) {
    String id = closed.getJob();
    if (jobs.isOpen(id)) {
      LOG.info("job {} is {}. {}", id, closed.getState(), closed.getReason());
      steps.attempt(member -> member.endJob(id));
      jobs.ended(id);
      threads.afterTraining(model::close);
      reports.idle();
    }
  }
}
