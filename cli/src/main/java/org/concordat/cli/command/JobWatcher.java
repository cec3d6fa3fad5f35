package org.concordat.cli.command;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.concordat.cli.client.Client;
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
  private final Terminal terminal;
  private final Client client;
  private final Set<String> told = new HashSet<>();
  private @Nullable ProgressBar bar;

  JobWatcher(Terminal terminal, Client client) {
    this.terminal = terminal;
    this.client = client;
  }

  /** {@link ExitCode#JOB_FAILED} unless the job completed. */
  ExitCode watch(String job) {
    JobSummary last = JobSummary.getDefaultInstance();
    try {
      Iterator<JobEvent> events =
          client.stream().watchJob(WatchJobRequest.newBuilder().setJob(job).build());
      while (events.hasNext()) {
        JobEvent event = events.next();
        last = event.getJob();
        show(event);
      }
    } finally {
      if (bar != null) {
        bar.close();
      }
    }
    return end(last);
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
    // the last round only evaluates
    long steps = job.getRounds() + 1L;
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(job.getJob())
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .hideEta()
              .build();
    }
    bar.maxHint(steps);
    bar.stepTo(job.getRoundsCommitted());
    bar.setExtraMessage(
        " " + (round.getWaitingFor().isEmpty() ? round.getPhase() : round.getWaitingFor()));
  }

  private void lines(JobSummary job, JobEvent event) {
    once(job.getState(), "job " + job.getJob() + ": " + job.getState() + detail(job));
    if (event.hasRound()) {
      RoundSummary round = event.getRound();
      once(
          round.getRound() + "/" + round.getAttempt() + "/" + round.getPhase(),
          "round "
              + round.getRound()
              + " of "
              + (job.getRounds() + 1)
              + ": "
              + round.getPhase()
              + detail(round));
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

  private static String detail(RoundSummary round) {
    StringBuilder detail = new StringBuilder();
    if (!round.getDroppedList().isEmpty()) {
      detail.append(", without ").append(Texts.list(round.getDroppedList()));
    }
    if (round.getEndedMillis() > 0 && !Double.isNaN(round.getAccuracy())) {
      detail.append(", accuracy of its base model ").append(Texts.number(round.getAccuracy()));
    }
    return detail
        .append(round.getReason().isEmpty() ? "" : " (" + round.getReason() + ")")
        .toString();
  }

  private ExitCode end(JobSummary job) {
    terminal.line(
        "Job '"
            + job.getJob()
            + "' "
            + job.getState()
            + detail(job)
            + ", "
            + job.getRoundsCommitted()
            + " rounds committed.");
    if (job.getState().equals("COMPLETED")) {
      terminal.line("Next: concordat model export " + job.getJob() + " --out FILE");
      return ExitCode.OK;
    }
    terminal.note("concordat: job '" + job.getJob() + "' ended as " + job.getState() + detail(job));
    return ExitCode.JOB_FAILED;
  }
}
