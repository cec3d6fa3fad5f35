package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.MembersFacts;
import org.concordat.cli.client.OwnFacts;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.jurisdictions.FactSheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat fact list}. */
@Command(
    name = "list",
    description = {
      "List the facts that your own member states, from its home.",
      "With --all those of every member, as the coordinator has them; each signature is verified here."
    },
    footer = {"", "Example:", "  concordat fact list --all --config client.yaml"})
final class FactList extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(names = "--all", description = "Every member's.")
  private boolean all;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Clock clock = Clock.systemUTC();
    List<FactSheet> sheets =
        all ? everybody(clock) : List.of(new OwnFacts(client.resolve(), clock).sheet());
    ObjectNode json = Terminal.object();
    ArrayNode members = json.putArray("members");
    Table table = FactCommands.table();
    for (FactSheet sheet : sheets) {
      FactCommands.put(members.addObject(), sheet, clock.instant());
      FactCommands.row(table, sheet, clock.instant());
    }
    terminal.value(json);
    if (sheets.stream().allMatch(sheet -> sheet.stated().isEmpty())) {
      terminal.line(all ? "No member states facts." : "This member states no facts.");
      terminal.line("Next: 'concordat fact state --help' shows how.");
    } else {
      table.print(terminal);
    }
    return ExitCode.OK;
  }

  private List<FactSheet> everybody(Clock clock) throws IOException {
    try (Client connected = Client.connect(client.resolve(), Permission.READ_STATUS, clock)) {
      return MembersFacts.of(connected);
    }
  }
}
