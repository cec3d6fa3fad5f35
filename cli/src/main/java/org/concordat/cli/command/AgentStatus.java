package org.concordat.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.emergency.EmergencyStop;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat agent status}. */
@Command(
    name = "status",
    description = "Show what the agent of this configuration last said of itself.",
    footer = {"", "Example:", "  concordat agent status --config agent.yaml"})
final class AgentStatus extends BaseCommand {
  private static final String STATUS_FILE = "status.json";

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The agent's configuration, YAML.")
  private Path config = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    AgentConfig read = AgentConfig.read(config);
    Path file = read.home().resolve(STATUS_FILE);
    if (!Files.exists(file)) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "the agent '" + read.name() + "' has never run here: " + file + " does not exist",
          "concordat agent start --config " + config);
    }
    ObjectNode status = (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(file));
    boolean runs =
        !status.path("state").asText().equals("stopped")
            && org.concordat.agent.report.AgentStatus.runs(
                status.path("pid").asLong(-1), status.path("startedAt").asText());
    status.put("running", runs);
    EmergencyStop stop = new EmergencyStop(read.home());
    if (stop.isSet()) {
      status.put("emergencyStop", "set. " + stop.reason());
    }
    status.put("connected", runs && status.path("connected").asBoolean());
    terminal.value(status);
    status
        .fields()
        .forEachRemaining(field -> terminal.line(field.getKey() + ": " + plain(field.getValue())));
    terminal.line("written: " + Files.getLastModifiedTime(file));
    return ExitCode.OK;
  }

  private static String plain(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
