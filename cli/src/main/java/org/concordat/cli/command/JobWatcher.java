package org.concordat.cli.command;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.concordat.cli.client.Client;
import org.concordat.cli.text.Bar;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.protocol.v1.JobEvent;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.WatchJobRequest;
import org.jspecify.annotations.Nullable;

/**
 * Shows a job until it has ended: a bar on a terminal, a line per change in a pipe, an object per
 * change as JSON.
 */
final class JobWatcher {
  private static final Set<String> ENDED = Set.of("COMPLETED", "ABORTED", "FAILED");
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Terminal terminal;
  private final Client client;
  private final Set<String> told = new HashSet<>();
  private @Nullable Bar bar;
  private String scores = "";

  JobWatcher(Terminal terminal, Client client) {
    this.terminal = terminal;
    this.client = client;
  }

  /** {@link ExitCode#JOB_FAILED} unless the job completed. */
  ExitCode watch(String job) {
    JobSummary last = JobSummary.getDefaultInstance();
    long lostSince = 0;
    try {
      while (!ENDED.contains(last.getState())) {
        try {
          Iterator<JobEvent> events =
              client.stream().watchJob(WatchJobRequest.newBuilder().setJob(job).build());
          while (events.hasNext()) {
            JobEvent event = events.next();
            lostSince = 0;
            last = event.getJob();
            show(event);
          }
          if (!ENDED.contains(last.getState())) {
            throw Status.UNAVAILABLE.withDescription("it ended the call").asRuntimeException();
          }
        } catch (StatusRuntimeException broken) {
          lostSince = patience(last, lostSince, broken);
        }
      }
    } finally {
      if (bar != null) {
        bar.close();
      }
    }
    return end(last);
  }

  /** The job goes on without being watched, so that a coordinator which restarts is waited for. */
  private long patience(JobSummary last, long lostSince, StatusRuntimeException broken) {
    Status.Code code = broken.getStatus().getCode();
    boolean ended = code == Status.Code.UNAUTHENTICATED && lostSince == 0; // a token: renew it once
    boolean gone = ended || code == Status.Code.UNAVAILABLE || code == Status.Code.CANCELLED;
    long now = System.nanoTime();
    long since = lostSince == 0 ? now : lostSince;
    if (!gone || last.getJob().isEmpty() || now - since > PATIENCE_NANOS) {
      throw broken;
    }
    if (lostSince == 0 && !ended) {
      terminal.note(
          "concordat: the coordinator is gone; watching goes on when it is back (Ctrl-C ends it)");
    }
    LockSupport.parkNanos(RETRY_NANOS);
    return since;
  }

  private void show(JobEvent event) {
    JobSummary job = event.getJob();
    var json = Terminal.object();
    json.set("job", Views.job(job));
    if (event.hasRound()) {
      json.set("round", Views.round(event.getRound()));
    }
    terminal.value(json);
    if (terminal.interactive()) {
      progress(job, event.getRound());
    } else {
      lines(job, event);
    }
  }

  private void progress(JobSummary job, RoundSummary round) {
    remember(round);
    // the last round only evaluates
    long steps = job.getRounds() + 1L;
    if (bar == null) {
      bar = new Bar(terminal, job.getJob());
    }
    bar.show(
        job.getRoundsCommitted(),
        steps,
        Stream.of(job.getWaitingFor(), round.getWaitingFor(), round.getPhase())
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse("")
            + scores);
    sites(job);
  }

  /** Loss and accuracy of the newest model that was evaluated, where there are any yet. */
  private void remember(RoundSummary round) {
    if (round.getEndedMillis() > 0 && !Double.isNaN(round.getLoss())) {
      scores =
          "  loss "
              + Texts.number(round.getLoss())
              + " accuracy "
              + Texts.number(round.getAccuracy());
    }
  }

  /** Who stays out and why, and what sites remark: once each. */
  private void sites(JobSummary job) {
    refusals(job).forEach(line -> once(line, line));
    reasons(job).forEach(line -> once(line, line));
  }

  private void lines(JobSummary job, JobEvent event) {
    sites(job);
    once(job.getState(), "job " + job.getJob() + ": " + job.getState() + detail(job));
    if (!job.getWaitingFor().isEmpty()) {
      String waits = job.getWaitingFor();
      once(waits.split(": waiting for ", 2)[0], "job " + job.getJob() + " waits: " + waits);
    }
    if (event.hasRound()) {
      RoundSummary round = event.getRound();
      once(
          round.getRound()
              + "/"
              + round.getCohort()
              + "/"
              + round.getAttempt()
              + "/"
              + round.getPhase(),
          "round "
              + round.getRound()
              + " of "
              + (job.getRounds() + 1)
              + (round.getCohorts() == 0
                  ? ""
                  : ", cohort " + round.getCohort() + " of " + round.getCohorts())
              + ": "
              + round.getPhase()
              + detail(round, job));
    }
  }

  private void once(String what, String line) {
    if (told.add(what)) {
      terminal.line(line);
    }
  }

  private static String detail(JobSummary job) {
    return job.getReason().isEmpty() ? "" : " (" + job.getReason() + ")";
  }

  /** A reason that is the job's too has been told with it. */
  static String detail(RoundSummary round, JobSummary job) {
    StringBuilder detail = new StringBuilder();
    if (!round.getDroppedList().isEmpty()) {
      detail.append(", without ").append(Texts.list(round.getDroppedList()));
    }
    if (round.getEndedMillis() > 0 && !Double.isNaN(round.getAccuracy())) {
      detail.append(", accuracy of its base model ").append(Texts.number(round.getAccuracy()));
    }
    return detail
        .append(
            round.getReason().isEmpty() || round.getReason().equals(job.getReason())
                ? ""
                : " (" + round.getReason() + ")")
        .toString();
  }

  /** Why members stay out, a line each. */
  static List<String> refusals(JobSummary job) {
    return job.getRefusalsList().stream().map(refusal -> "  refused by " + refusal).toList();
  }

  /** Why members do not go on with its newest round, and what they remarked; a line each. */
  static List<String> reasons(JobSummary job) {
    return Stream.concat(
            job.getMemberReasonsList().stream().map(reason -> "  does not go on: " + reason),
            job.getRemarksList().stream().map(remark -> "  remark of " + remark))
        .toList();
  }

  static String ended(JobSummary job) {
    return "Job '"
        + job.getJob()
        + "' "
        + job.getState()
        + ", "
        + job.getRoundsCommitted()
        + " of "
        + (job.getRounds() + 1)
        + " rounds committed (the last evaluates).";
  }

  private ExitCode end(JobSummary job) {
    terminal.line(ended(job));
    if (job.getState().equals("COMPLETED")) {
      terminal.line("Next: concordat model export " + job.getJob() + " --out FILE");
      return ExitCode.OK;
    }
    sites(job);
    terminal.note("concordat: job '" + job.getJob() + "' ended as " + job.getState() + detail(job));
    return ExitCode.JOB_FAILED;
  }
}
