package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat agreement publish}. */
@Command(
    name = "publish",
    description = {
      "Take an agreement and the members' signatures in FILE.signatures to the coordinator.",
      "With k of them it is in force: jobs run under one of its clauses.",
      "With fewer they are kept, and it says how many are missing."
    },
    footer = {"", "Example:", "  concordat agreement publish agreement.yaml --config agent.yaml"})
final class AgreementPublish extends DocumentPublish {
  @Parameters(paramLabel = "FILE", description = "The agreement, as it was signed.")
  private Path file = Path.of("");

  @Override
  DocumentFile document() throws IOException {
    return DocumentFile.agreement(file);
  }
}
