package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.jurisdictions.agreement.Clause;
import org.concordat.jurisdictions.agreement.Right;
import org.concordat.jurisdictions.agreement.Work;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat agreement show}. */
@Command(
    name = "show",
    description = {
      "Print an agreement in sentences, as somebody should read it before signing.",
      "With --party: what one party may do, clause by clause."
    },
    footer = {"", "Example:", "  concordat agreement show agreement.yaml --party zurich"})
final class AgreementShow extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "The agreement, YAML or JSON.")
  private Path file = Path.of("");

  @Option(names = "--party", paramLabel = "ID", description = "Only what this party may do.")
  private @Nullable String party;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (party != null) {
      rights(terminal, Agreement.read(file), party);
      return ExitCode.OK;
    }
    DocumentFile agreement = DocumentFile.agreement(file);
    ObjectNode json = Terminal.object();
    agreement.put(json);
    terminal.value(json);
    agreement.print(terminal);
    return ExitCode.OK;
  }

  private void rights(Terminal terminal, Agreement agreement, String id) {
    if (agreement.party(id).isEmpty()) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "'%s' is no party of '%s'".formatted(id, agreement.name()),
          "'concordat agreement show " + file + "' names the parties");
    }
    ArrayNode json = Terminal.array();
    for (Clause clause : agreement.clauses()) {
      for (Work.Kind kind : Work.Kind.values()) {
        for (Right right : Right.values()) {
          boolean may = clause.work(kind).holders(right).contains(id);
          json.addObject()
              .put("clause", clause.id())
              .put("of", kind.text())
              .put("right", right.text())
              .put("granted", may)
              .put("daysAfterExit", may ? agreement.exit().goesOnDays(right) : 0);
          terminal.line(
              "%s %s %s %s under clause '%s'."
                  .formatted(id, may ? "may" : "may not", right, kind.text(), clause.id()));
        }
      }
    }
    terminal.value(json);
  }
}
