package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat agreement check}. */
@Command(
    name = "check",
    description = {
      "Read an agreement and print its name, version and digest.",
      "Exit code 0: it can be read; 3: it has mistakes, all told at once with file and line."
    },
    footer = {
      "",
      "Example:",
      "  concordat agreement check examples/agreements/federated-hospitals.yaml"
    })
final class AgreementCheck extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "The agreement, YAML or JSON.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    DocumentFile agreement = DocumentFile.agreement(file);
    ObjectNode json = Terminal.object();
    agreement.put(json);
    terminal.value(json);
    terminal.line(
        "%s version %d, %s".formatted(agreement.title(), agreement.version(), agreement.digest()));
    terminal.line("");
    terminal.line("Next: concordat agreement show " + file + ".");
    return ExitCode.OK;
  }
}
