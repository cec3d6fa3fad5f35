package org.concordat.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.emergency.EmergencyStop;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat agent stop}. */
@Command(
    name = "stop",
    description = {
      "Stop this agent for an emergency, or lift the stop.",
      "At once it trains, uploads and reveals nothing, and it does not start again until a person",
      "lifts the stop. No network and no key is needed: the file EMERGENCY-STOP in the agent's home",
      "is enough. Ending it as usual is Ctrl-C or SIGTERM.",
      "Exit code 0: it is stopped, or the stop is lifted; 6: it is set, and the agent still runs."
    },
    footer = {
      "",
      "Examples:",
      "  concordat agent stop --emergency --reason 'records may have leaked' --config agent.yaml",
      "  concordat agent stop --lift --config agent.yaml"
    })
final class AgentStop extends BaseCommand {
  private static final long PATIENCE_MILLIS = 10_000;
  private static final long PAUSE_MILLIS = 50;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The agent's configuration, YAML.")
  private Path config = Path.of("");

  @Option(names = "--emergency", description = "Stop it.")
  private boolean emergency;

  @Option(names = "--lift", description = "The emergency is over: it may be started again.")
  private boolean lift;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for this site's people.")
  private String reason = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    if (emergency == lift) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said what to do: give one of --emergency and --lift",
          "to end the agent as usual, send it SIGTERM");
    }
    AgentConfig read = AgentConfig.read(config);
    EmergencyStop stop = new EmergencyStop(read.home());
    if (lift) {
      boolean was = stop.lift();
      terminal.value(Terminal.object().put("emergencyStop", false).put("was", was));
      terminal.line(was ? "Lifted. Start the agent again." : "It was not set.");
      return ExitCode.OK;
    }
    stop.set(reason);
    boolean ended = awaitEnd(read);
    terminal.value(Terminal.object().put("emergencyStop", true).put("running", !ended));
    if (!ended) {
      throw new Failure(
          ExitCode.CONFLICT,
          "the stop is set (" + stop.file() + "), and the agent still runs",
          "kill its process, whose id 'concordat agent status' tells");
    }
    terminal.line("Stopped: " + stop.file() + " is there, and no agent runs here.");
    return ExitCode.OK;
  }

  private static boolean awaitEnd(AgentConfig read) throws IOException, InterruptedException {
    Path file = read.home().resolve(org.concordat.agent.report.AgentStatus.FILE);
    if (Files.notExists(file)) {
      return true;
    }
    JsonNode status = new ObjectMapper().readTree(Files.readAllBytes(file));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (runs(status)) {
      if (System.nanoTime() > end) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    return true;
  }

  private static boolean runs(JsonNode status) {
    return org.concordat.agent.report.AgentStatus.runs(
        status.path("pid").asLong(-1), status.path("startedAt").asText());
  }
}
