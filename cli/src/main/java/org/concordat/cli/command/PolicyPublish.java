package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat policy publish}. */
@Command(
    name = "publish",
    description = {
      "Take a policy and the members' signatures in FILE.signatures to the coordinator.",
      "With k of them it is in force: running jobs meet it at their next round.",
      "With fewer they are kept, and it says how many are missing."
    },
    footer = {"", "Example:", "  concordat policy publish policy.yaml --config agent.yaml"})
final class PolicyPublish extends DocumentPublish {
  @Parameters(paramLabel = "FILE", description = "The policy, as it was signed.")
  private Path file = Path.of("");

  @Override
  DocumentFile document() throws IOException {
    return DocumentFile.policy(file);
  }
}
