package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.concordat.cli.install.Software;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import org.concordat.coordinator.Regional;
import org.concordat.coordinator.RegionalConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat coordinator start}. */
@Command(
    name = "start",
    description =
        "Run the coordinator until it is stopped (Ctrl-C or SIGTERM); it resumes whatever its store holds.",
    footer = {
      "",
      "Examples:",
      "  concordat coordinator start --config coordinator.yaml",
      "  concordat coordinator start --role regional --config regional.yaml"
    })
final class CoordinatorStart extends BaseCommand {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The coordinator's configuration, YAML.")
  private Path config = Path.of("");

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "alliance: run the alliance's coordinator. regional: add up one jurisdiction's masked updates"
              + " and forward their sum; see docs/regions.md (default: ${DEFAULT-VALUE}).",
      defaultValue = "alliance")
  private String role = "alliance";

  @Option(names = "--die-with-stdin", hidden = true)
  private boolean dieWithStdin;

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    switch (role) {
      case "alliance" -> alliance(terminal);
      case "regional" -> regional(terminal);
      default ->
          throw new Failure(
              ExitCode.USAGE,
              "--role '" + role + "' is neither alliance nor regional",
              "leave it out for the alliance's coordinator");
    }
    new CountDownLatch(1).await();
    return ExitCode.OK;
  }

  private void regional(Terminal terminal) throws IOException {
    RegionalConfig read = RegionalConfig.read(config);
    Regional running = Regional.start(read, Software.NAME, Clock.systemUTC());
    begun(terminal, "aggregator", read.name(), read.host(), running.port(), running::close);
  }

  private void alliance(Terminal terminal) throws IOException {
    CoordinatorConfig read = CoordinatorConfig.read(config);
    Coordinator running =
        Coordinator.start(read, Software.NAME, Clock.systemUTC(), Software::crashPoint);
    begun(terminal, "coordinator", read.name(), read.host(), running.port(), running::close);
  }

  private void begun(
      Terminal terminal, String what, String name, String host, int port, Runnable close) {
    Runtime.getRuntime().addShutdownHook(new Thread(close, "stop"));
    if (dieWithStdin) {
      StdinWatch.start();
    }
    terminal.value(Terminal.object().put(what, name).put("host", host).put("port", port));
    String title = Character.toUpperCase(what.charAt(0)) + what.substring(1);
    terminal.line(title + " '" + name + "' listens on " + host + ":" + port + ". Ctrl-C stops it.");
  }
}
