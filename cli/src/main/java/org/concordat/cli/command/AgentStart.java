package org.concordat.cli.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.cli.install.Installation;
import org.concordat.cli.install.Software;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat agent start}. */
@Command(
    name = "start",
    description =
        "Run the agent until it is stopped (Ctrl-C or SIGTERM); it reconnects and resumes by itself.",
    footer = {"", "Example:", "  concordat agent start --config agent.yaml"})
final class AgentStart extends BaseCommand {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The agent's configuration, YAML.")
  private Path config = Path.of("");

  @Option(names = "--die-with-stdin", hidden = true)
  private boolean dieWithStdin;

  @Override
  ExitCode run(Terminal terminal) throws Exception {
    AgentConfig read = Installation.withTrainer(AgentConfig.read(config));
    try (Agent running =
        Agent.start(read, Software.NAME, Clock.systemUTC(), Software::crashPoint)) {
      Runtime.getRuntime().addShutdownHook(new Thread(running::close, "stop"));
      if (dieWithStdin) {
        StdinWatch.start();
      }
      String address = read.coordinatorHost() + ":" + read.coordinatorPort();
      terminal.value(Terminal.object().put("agent", read.name()).put("coordinator", address));
      terminal.line(
          "Agent '" + read.name() + "' runs, coordinator " + address + ". Ctrl-C stops it.");
      Optional<String> removed = running.awaitStopped();
      if (removed.isPresent()) {
        throw new Failure(
            ExitCode.REMOVED,
            removed.get(),
            "do not start it again with these keys: the coordinator refuses them for good");
      }
    }
    return ExitCode.OK;
  }
}
