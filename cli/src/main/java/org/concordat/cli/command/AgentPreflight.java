package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.Preflight;
import org.concordat.cli.install.Installation;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat agent preflight}. */
@Command(
    name = "preflight",
    description =
        "Check everything that an agent needs, before it is started: keys, genesis, data, trainer, network.",
    footer = {"", "Example:", "  concordat agent preflight --config agent.yaml"})
final class AgentPreflight extends BaseCommand {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The agent's configuration, YAML.")
  private Path config = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws Exception {
    AgentConfig read = Installation.withTrainer(AgentConfig.read(config));
    List<Preflight.Check> checks = Preflight.run(read, Clock.systemUTC());
    ArrayNode json = Terminal.array();
    boolean allOk = true;
    for (Preflight.Check check : checks) {
      json.addObject()
          .put("name", check.name())
          .put("ok", check.ok())
          .put("detail", check.detail());
      terminal.line((check.ok() ? "ok    " : "FAIL  ") + check.name() + ": " + check.detail());
      allOk &= check.ok();
    }
    terminal.value(Terminal.object().put("ok", allOk).set("checks", json));
    terminal.line("");
    terminal.line(
        allOk
            ? "Next: concordat agent start --config " + config
            : "Next: correct what failed, then run this again.");
    return allOk ? ExitCode.OK : ExitCode.CONFIGURATION;
  }
}
