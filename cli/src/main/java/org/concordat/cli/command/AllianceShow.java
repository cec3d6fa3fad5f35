package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.certs.GenesisDraft;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat alliance show}. */
@Command(
    name = "show",
    description = "Verify a draft or a sealed genesis, and print what is in it.",
    footer = {"", "Example:", "  concordat alliance show ./hearts/genesis.json"})
final class AllianceShow extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "A draft or a genesis.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    GenesisDraft draft = GenesisDraft.parse(Files.readAllBytes(file));
    terminal.value(GenesisText.json(draft));
    GenesisText.print(terminal, draft);
    terminal.line("");
    int missing = draft.roster().quorum() - draft.signatures().size();
    terminal.line(
        missing <= 0
            ? "Sealed: everything in it verifies."
            : "Not sealed yet: " + missing + " more signatures needed.");
    return ExitCode.OK;
  }
}
