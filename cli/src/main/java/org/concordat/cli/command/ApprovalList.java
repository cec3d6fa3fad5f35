package org.concordat.cli.command;

import java.util.List;
import org.concordat.agent.approval.Request;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat approval list}. */
@Command(
    name = "list",
    description = {
      "List the jobs about which this agent asks a person.",
      "With --output json, one request a line."
    },
    footer = {"", "Example:", "  concordat approval list --config agent.yaml"})
final class ApprovalList extends BaseCommand {
  @Mixin private ApprovalInbox inbox = new ApprovalInbox();

  @Option(names = "--all", description = "Also those that are closed.")
  private boolean all;

  @Override
  ExitCode run(Terminal terminal) {
    List<Request> shown =
        inbox.open().list().stream().filter(request -> all || request.isOpen()).toList();
    Table table = new Table("REQUEST", "JOB", "DATA SET", "ASKED", "STATE");
    for (Request request : shown) {
      terminal.value(ApprovalInbox.json(request));
      table.row(
          request.id(),
          request.job(),
          request.dataSet(),
          request.created(),
          ApprovalInbox.words(request));
    }
    if (shown.isEmpty()) {
      terminal.note(
          "Nothing waits for a person at '"
              + inbox.agent().name()
              + (all ? "'." : "'; --all shows what was answered."));
    } else {
      table.print(terminal);
      terminal.line("");
      terminal.line("Next: concordat approval show REQUEST, then accept or reject it.");
    }
    return ExitCode.OK;
  }
}
