package org.concordat.cli.command;

import org.concordat.agent.approval.Request;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat approval show}. */
@Command(
    name = "show",
    description = "Show one request in full, with what could be learned if it is accepted.",
    footer = {"", "Example:", "  concordat approval show breast-cancer --config agent.yaml"})
final class ApprovalShow extends BaseCommand {
  @Mixin private ApprovalInbox inbox = new ApprovalInbox();

  @Parameters(paramLabel = "REQUEST", description = "The request's id, or its job.")
  private String wanted = "";

  @Override
  ExitCode run(Terminal terminal) {
    Request request = inbox.find(wanted);
    terminal.value(ApprovalInbox.json(request));
    ApprovalInbox.print(terminal, request);
    if (request.isOpen()) {
      terminal.line("");
      terminal.line(
          "Next: concordat approval accept "
              + request.id()
              + " --as HOME, or reject; HOME is that"
              + " of an approver whom approval.approvers of the agent's file names.");
    }
    return ExitCode.OK;
  }
}
