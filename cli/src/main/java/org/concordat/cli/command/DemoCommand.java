package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.cli.demo.Demo;
import org.concordat.cli.demo.Layout;
import org.concordat.cli.demo.Programs;
import org.concordat.cli.demo.Scenario;
import org.concordat.cli.install.Installation;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Printable;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat demo}. */
@Command(
    name = "demo",
    description = {
      "Four hospitals in three jurisdictions train one model on this machine, end to end.",
      "Coordinator and agents are separate processes; all is done by the commands that people run."
    },
    footer = {"", "Example:", "  concordat demo --keep ./hospitals"})
final class DemoCommand extends BaseCommand {
  private static final int MIN_ROUNDS = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Training rounds, 3 or more (default: as the job says).")
  private int rounds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder of site files (default: the breast cancer data in examples).")
  private @Nullable Path data;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Work in this directory, empty or absent, and keep it.")
  private @Nullable Path keep;

  @Override
  ExitCode run(Terminal terminal) throws Exception {
    if (rounds != 0 && (rounds < MIN_ROUNDS || rounds > 1000)) {
      throw new Failure(
          ExitCode.USAGE,
          "--rounds " + rounds + ": 3 to 1000, so that an agent can be lost and come back",
          "give another number");
    }
    Path trainer = Installation.trainer().orElseThrow(() -> notInstalled("lib/trainer"));
    Path examples = Installation.examples().orElseThrow(() -> notInstalled("examples"));
    Scenario scenario = Scenario.find(data, examples);
    Layout layout = Layout.make(keep);
    Programs programs = new Programs(Execution::run);
    Thread cleanUp = new Thread(() -> cleanUp(programs, layout), "clean-up");
    Runtime.getRuntime().addShutdownHook(cleanUp);
    try {
      terminal.line(
          "The demo's directory: "
              + layout.root()
              + (keep == null ? " (removed at the end; --keep DIR keeps one)" : ""));
      new Demo(terminal, scenario, layout, programs, trainer, cache(layout)).run(rounds);
      hints(terminal, layout, scenario);
      return ExitCode.OK;
    } finally {
      removeHook(cleanUp);
      cleanUp(programs, layout);
    }
  }

  /** A cache for all demos of this user, or where that cannot be written, one for this demo. */
  private static Path cache(Layout layout) {
    Path shared = Installation.nativeCache();
    try {
      Files.createDirectories(shared);
      return Files.isWritable(shared) ? shared : layout.root().resolve("natives");
    } catch (IOException notWritable) {
      return layout.root().resolve("natives");
    }
  }

  private void cleanUp(Programs programs, Layout layout) {
    programs.close();
    if (keep == null) {
      try {
        layout.remove();
      } catch (IOException leftBehind) {
        System.err.println(
            Printable.block(
                "concordat: "
                    + layout.root()
                    + " could not be removed whole: "
                    + leftBehind.getMessage()));
      }
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // the hook runs already
    }
  }

  private void hints(Terminal terminal, Layout layout, Scenario scenario) {
    terminal.line("");
    if (keep == null) {
      terminal.line(
          "The directory is removed now. To look around afterwards: "
              + Installation.command()
              + " demo --keep ./hospitals");
      return;
    }
    String command = Installation.command();
    Path log = layout.home(scenario.coordinator().name()).resolve("audit-log");
    terminal.line("Everything is kept in " + layout.root() + ". Try next:");
    terminal.line("  " + command + " alliance show " + layout.genesis());
    terminal.line(
        "  "
            + command
            + " audit query --type model-release --genesis "
            + layout.genesis()
            + " --dir "
            + log);
    terminal.line(
        "  "
            + command
            + " agent status --config "
            + layout.agentFile(scenario.sites().get(0).name()));
    terminal.line("Start the alliance again, each in a shell of its own; then submit jobs to it:");
    terminal.line(
        "  "
            + command
            + " coordinator start --config "
            + layout.coordinatorFile(scenario.coordinator().name()));
    for (Scenario.Site site : scenario.sites()) {
      terminal.line("  " + command + " agent start --config " + layout.agentFile(site.name()));
    }
  }

  private static Failure notInstalled(String what) {
    return new Failure(
        ExitCode.CONFIGURATION,
        what + " of the installation was not found: the demo runs from the archive or the launcher",
        "start it as ./concordat demo, or as bin/concordat demo of the unpacked archive");
  }
}
