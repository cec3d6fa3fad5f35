package org.concordat.cli.command;

import java.io.IOException;
import java.time.Clock;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.AbortJobRequest;
import org.concordat.protocol.v1.JobSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat job abort}. */
@Command(
    name = "abort",
    description = "Abort a job. What was committed stays; aborting again changes nothing.",
    footer = {
      "",
      "Example:",
      "  concordat job abort breast-cancer --reason 'wrong data set' --config client.yaml"
    })
final class JobAbort extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; goes into the audit log, so no personal data.")
  private String reason = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.ABORT_JOB, Clock.systemUTC())) {
      JobSummary summary =
          connected
              .call()
              .abortJob(AbortJobRequest.newBuilder().setJob(job).setReason(reason).build());
      terminal.value(Views.job(summary));
      terminal.line(
          "Job '"
              + job
              + "' "
              + summary.getState()
              + (summary.getReason().isEmpty() ? "" : ": " + summary.getReason()));
      return ExitCode.OK;
    }
  }
}
