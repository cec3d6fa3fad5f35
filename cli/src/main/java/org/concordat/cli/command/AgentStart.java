package org.concordat.cli.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.emergency.EmergencyStop;
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
    EmergencyStop stop = new EmergencyStop(read.home());
    requireNotStopped(stop);
    stop.watch(() -> halt(stop));
    try (Agent running =
        Agent.start(read, Software.NAME, Clock.systemUTC(), Software::crashPoint)) {
      Runtime.getRuntime().addShutdownHook(new Thread(running::close, "stop"));
      if (dieWithStdin) {
        StdinWatch.start();
      }
      String address =
          read.carried()
              ? "by carried files"
              : read.coordinatorHost() + ":" + read.coordinatorPort();
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

  private static void requireNotStopped(EmergencyStop stop) {
    if (stop.isSet()) {
      String reason = stop.reason();
      throw new Failure(
          ExitCode.CONFLICT,
          "this agent is stopped for an emergency"
              + (reason.isEmpty() ? "" : " (" + reason + ")")
              + ": "
              + stop.file()
              + " is there",
          "once the emergency is over, 'concordat agent stop --lift --config FILE', and start it"
              + " again");
    }
  }

  /** Trainers first, which would outlive this process; no shutdown hook may delay the end. */
  private static void halt(EmergencyStop stop) {
    try {
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      System.err.println("concordat: emergency stop, " + stop.file() + " is there");
    } finally {
      Runtime.getRuntime().halt(ExitCode.CONFLICT.code());
    }
  }
}
