package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.StatedFact;
import picocli.CommandLine.Command;

/** {@code concordat fact}. */
@Command(
    name = "fact",
    description = "State facts about your own member, which policies rest on.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {FactState.class, FactList.class, FactWithdraw.class},
    footer = {"", "Example:", "  concordat fact list --config agent.yaml"})
final class FactCommands extends Group {
  /** A fact that members state, by its name in policies. */
  static FactName fact(String name) {
    return FactName.of(name)
        .filter(FactSheet.STATABLE::contains)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    "'" + name + "' is no fact that a member states",
                    "name one of "
                        + String.join(
                            ", ", FactSheet.STATABLE.stream().map(FactName::text).toList())));
  }

  static void put(ObjectNode json, FactSheet sheet, Instant now) {
    json.put("member", sheet.member()).put("number", sheet.number());
    var facts = json.putArray("facts");
    for (StatedFact fact : sheet.stated()) {
      facts
          .addObject()
          .put("fact", fact.fact().text())
          .put("value", fact.value().toString())
          .put("evidence", fact.evidence())
          .put("stated", fact.stated().toString())
          .put("expires", fact.expires().toString())
          .put("inForce", now.isBefore(fact.expires()));
    }
  }

  static Table table() {
    return new Table("MEMBER", "FACT", "VALUE", "UNTIL", "EVIDENCE");
  }

  static void row(Table table, FactSheet sheet, Instant now) {
    for (StatedFact fact : sheet.stated()) {
      table.row(
          sheet.member(),
          fact.fact(),
          fact.value(),
          now.isBefore(fact.expires()) ? fact.expires() : "ended " + fact.expires(),
          fact.evidence());
    }
  }

  /** What was signed, and what comes next. */
  static void signed(Terminal terminal, FactSheet sheet, Instant now) {
    ObjectNode json = Terminal.object();
    put(json, sheet, now);
    terminal.value(json);
    terminal.line(
        "Signed as sheet %d of '%s'. Its agent takes it within a second if it runs."
            .formatted(sheet.number(), sheet.member()));
    terminal.line("Next: 'concordat fact list --all' shows what the alliance knows.");
  }
}
