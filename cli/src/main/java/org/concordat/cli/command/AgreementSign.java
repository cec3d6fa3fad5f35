package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat agreement sign}. */
@Command(
    name = "sign",
    description = {
      "Sign the next roster with this agreement in force. Each of k members runs it, offline.",
      "It writes FILE.signatures, or adds to it: hand both on; the last one publishes them."
    },
    footer = {
      "",
      "Example, at the first of k members:",
      "  concordat agreement sign agreement.yaml --reason 'as agreed on 12 January' --config agent.yaml",
      "Example, at the others, with both files:",
      "  concordat agreement sign agreement.yaml --config agent.yaml"
    })
final class AgreementSign extends DocumentSign {
  @Parameters(paramLabel = "FILE", description = "The agreement, YAML or JSON.")
  private Path file = Path.of("");

  @Override
  DocumentFile document() throws IOException {
    return DocumentFile.agreement(file);
  }
}
