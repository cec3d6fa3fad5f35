package org.concordat.cli.command;

import java.io.IOException;
import java.time.Clock;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat job watch}. */
@Command(
    name = "watch",
    description = "Show a job's rounds until it has ended. Ctrl-C ends the watching, not the job.",
    footer = {"", "Example:", "  concordat job watch breast-cancer --config client.yaml"})
final class JobWatch extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Option(names = "--die-with-stdin", hidden = true)
  private boolean dieWithStdin;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (dieWithStdin) {
      StdinWatch.start();
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      return new JobWatcher(terminal, connected).watch(job);
    }
  }
}
