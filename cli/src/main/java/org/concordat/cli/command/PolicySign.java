package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat policy sign}. */
@Command(
    name = "sign",
    description = {
      "Sign the next roster with this policy in force. Each of k members runs it, offline.",
      "It writes FILE.signatures, or adds to it: hand both on; the last one publishes them."
    },
    footer = {
      "",
      "Example, at the first of k members:",
      "  concordat policy sign policy.yaml --reason 'no transfers to third countries' --config agent.yaml",
      "Example, at the others, with both files:",
      "  concordat policy sign policy.yaml --config agent.yaml"
    })
final class PolicySign extends DocumentSign {
  @Parameters(paramLabel = "FILE", description = "The policy, YAML or JSON.")
  private Path file = Path.of("");

  @Override
  DocumentFile document() throws IOException {
    return DocumentFile.policy(file);
  }
}
