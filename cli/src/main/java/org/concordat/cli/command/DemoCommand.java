package org.concordat.cli.command;

import java.nio.file.Path;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat demo}. */
@Command(
    name = "demo",
    description = {
      "Four hospitals in three jurisdictions train one model on this machine, end to end.",
      "Coordinator and agents are separate processes, started by the commands that people run."
    },
    footer = {"", "Example:", "  concordat demo --keep ./hospitals"})
final class DemoCommand extends BaseCommand {
  @Option(names = "--rounds", paramLabel = "N", description = "Training rounds (default: as the job says).")
  private int rounds;

  @Option(names = "--data", paramLabel = "DIR", description = "A folder of site files (default: the breast cancer data in examples).")
  private @Nullable Path data;

  @Option(names = "--keep", paramLabel = "DIR", description = "Work in this directory, empty or absent, and keep it.")
  private @Nullable Path keep;

  @Override
  ExitCode run(Terminal terminal) {
    throw new Failure(ExitCode.INTERNAL, "the demo is not in this build yet (" + rounds + data + keep + ")", "");
  }
}
