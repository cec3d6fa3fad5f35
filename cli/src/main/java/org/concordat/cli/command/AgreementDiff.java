package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.agreement.Agreement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat agreement diff}. */
@Command(
    name = "diff",
    description = {
      "Say in sentences what another version of an agreement changes.",
      "First who may do what that it could not before, and the other way round, then every term.",
      "Exit code 0: both say the same; 11: they differ."
    },
    footer = {"", "Example:", "  concordat agreement diff old.yaml new.yaml"})
final class AgreementDiff extends BaseCommand {
  @Parameters(index = "0", paramLabel = "OLD", description = "The agreement as it is.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "As it would be.")
  private Path after = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    List<String> changes = Agreement.read(before).changesTo(Agreement.read(after));
    ObjectNode json = Terminal.object();
    changes.forEach(json.putArray("changes")::add);
    terminal.value(json);
    changes.forEach(terminal::line);
    if (changes.isEmpty()) {
      terminal.line("Both say the same.");
    }
    return changes.isEmpty() ? ExitCode.OK : ExitCode.REFUTED;
  }
}
