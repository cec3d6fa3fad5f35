package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code concordat job list}. */
@Command(
    name = "list",
    description = "List all jobs.",
    footer = {"", "Example:", "  concordat job list --config client.yaml"})
final class JobList extends BaseCommand {
  private static final int MAX_PIPED_COLUMNS = 200;

  @Mixin private ClientOptions client = new ClientOptions();

  private static String why(JobSummary job) {
    String why = job.getReason().isEmpty() ? job.getWaitingFor() : job.getReason();
    return why.isEmpty() ? "-" : why;
  }

  /** In a pipe lines may be longer, but not endless; JSON has everything. */
  private static int width(Terminal terminal) {
    return terminal.interactive() ? terminal.columns() : MAX_PIPED_COLUMNS;
  }

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      List<JobSummary> jobs =
          connected.call().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList();
      ArrayNode json = Terminal.array();
      Table table = new Table("JOB", "STATE", "ROUNDS", "MEMBERS", "REASON");
      for (JobSummary job : jobs) {
        json.add(Views.job(job));
        table.row(
            job.getJob(),
            job.getState(),
            job.getRoundsCommitted() + "/" + (job.getRounds() + 1),
            Texts.list(job.getMembersList()),
            why(job));
      }
      terminal.value(Terminal.object().set("jobs", json));
      if (jobs.isEmpty()) {
        terminal.line("No jobs yet. Next: concordat job submit FILE");
      } else {
        table.print(terminal, width(terminal));
        for (JobSummary job : jobs) {
          List<String> sites = new ArrayList<>(JobWatcher.refusals(job));
          sites.addAll(JobWatcher.reasons(job));
          if (!sites.isEmpty()) {
            terminal.line("");
            terminal.line(job.getJob() + ":");
            sites.forEach(line -> terminal.line(Terminal.cut(line, width(terminal))));
          }
        }
      }
      return ExitCode.OK;
    }
  }
}
