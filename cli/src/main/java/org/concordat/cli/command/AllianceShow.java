package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.GenesisDraft;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat alliance show}. */
@Command(
    name = "show",
    description = {
      "Verify a draft or a sealed genesis, and print what is in it: members, and the policy in sentences.",
      "With the founders' requests, also that the roster lists each as it asked, and their digests."
    },
    footer = {
      "",
      "Example, before signing:",
      "  concordat alliance show genesis-draft.json ./zurich/request.json ./lyon/request.json"
    })
final class AllianceShow extends BaseCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "A draft or a genesis.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "REQUEST",
      description = "The founders' request files, to compare.")
  private List<Path> requests = List.of();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    GenesisDraft draft = GenesisDraft.parse(Files.readAllBytes(file));
    terminal.value(GenesisText.json(draft));
    GenesisText.print(terminal, draft);
    if (!requests.isEmpty()) {
      GenesisText.requests(terminal, draft, AllianceInit.read(requests));
    }
    terminal.line("");
    int missing = draft.roster().quorum() - draft.signatures().size();
    terminal.line(
        missing <= 0
            ? "Sealed: everything in it verifies."
            : "Not sealed yet: " + missing + " more signatures needed.");
    return ExitCode.OK;
  }
}
