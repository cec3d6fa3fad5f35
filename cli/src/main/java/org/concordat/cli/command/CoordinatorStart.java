package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.concordat.cli.install.Software;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat coordinator start}. */
@Command(
    name = "start",
    description =
        "Run the coordinator until it is stopped (Ctrl-C or SIGTERM); it resumes whatever its store holds.",
    footer = {"", "Example:", "  concordat coordinator start --config coordinator.yaml"})
final class CoordinatorStart extends BaseCommand {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The coordinator's configuration, YAML.")
  private Path config = Path.of("");

  @Option(names = "--die-with-stdin", hidden = true)
  private boolean dieWithStdin;

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    CoordinatorConfig read = CoordinatorConfig.read(config);
    Coordinator running =
        Coordinator.start(read, Software.NAME, Clock.systemUTC(), Software::crashPoint);
    Runtime.getRuntime().addShutdownHook(new Thread(running::close, "stop"));
    if (dieWithStdin) {
      StdinWatch.start();
    }
    terminal.value(
        Terminal.object()
            .put("coordinator", read.name())
            .put("host", read.host())
            .put("port", running.port()));
    terminal.line(
        "Coordinator '"
            + read.name()
            + "' listens on "
            + read.host()
            + ":"
            + running.port()
            + ". Ctrl-C stops it.");
    new CountDownLatch(1).await();
    return ExitCode.OK;
  }
}
