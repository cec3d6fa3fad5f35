package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Clock;
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
  @Mixin private ClientOptions client = new ClientOptions();

  private static String why(JobSummary job) {
    String why = job.getReason().isEmpty() ? job.getWaitingFor() : job.getReason();
    return why.isEmpty() ? "-" : why;
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
        table.print(terminal);
        for (JobSummary job : jobs) {
          if (job.getState().equals("FAILED") && job.getRefusalsCount() > 0) {
            terminal.line("");
            terminal.line(job.getJob() + ":");
            JobWatcher.refusals(job).forEach(terminal::line);
          }
        }
      }
      return ExitCode.OK;
    }
  }
}
