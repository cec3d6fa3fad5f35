package org.concordat.cli.command;

import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.jurisdictions.analysis.Limits;
import picocli.CommandLine.Option;

/** How far an analysis of a policy goes. */
final class AnalysisLimit {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Comparisons looked at before it is undecided (default: ${DEFAULT-VALUE}).")
  private long comparisons = Limits.USUAL.comparisons();

  Limits limits() {
    if (comparisons < 1) {
      throw new Failure(ExitCode.USAGE, "--limit is " + comparisons, "give a number of at least 1");
    }
    return new Limits(comparisons);
  }
}
