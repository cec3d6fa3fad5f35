package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.agent.approval.Inbox;
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
  ExitCode run(Terminal terminal) throws InvalidProtocolBufferException {
    Request request = inbox.find(wanted);
    Map<String, String> job = text(request);
    List<String> changes = new ArrayList<>();
    Optional<Request> before = before(request);
    if (before.isPresent() && !job.isEmpty()) {
      changes.addAll(JobText.changes(text(before.get()), job));
      if (!before.get().dataSetDigest().equals(request.dataSetDigest())) {
        changes.add("the data: SHA-256 " + before.get().dataSetDigest() + " before");
      }
    }
    ObjectNode json = ApprovalInbox.json(request);
    job.forEach(json.putObject("jobText")::put);
    before.ifPresent(earlier -> json.put("comparedWith", earlier.job()));
    changes.forEach(json.putArray("changes")::add);
    terminal.value(json);
    ApprovalInbox.print(terminal, request);
    print(terminal, job, before, changes);
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

  /** Empty where the signed job is no longer shown. */
  private Map<String, String> text(Request request) throws InvalidProtocolBufferException {
    Optional<byte[]> sealed = inbox.open().job(request);
    return sealed.isEmpty() ? Map.of() : JobText.of(JobText.read(sealed.get()), request.members());
  }

  /** The last job on the same data set that this inbox still has whole. */
  private Optional<Request> before(Request request) {
    Inbox open = inbox.open();
    return open.list().stream()
        .filter(
            earlier ->
                earlier.dataSet().equals(request.dataSet())
                    && !earlier.specDigest().equals(request.specDigest())
                    && earlier.created().compareTo(request.created()) <= 0
                    && open.job(earlier).isPresent())
        .reduce((one, later) -> later);
  }

  private static void print(
      Terminal terminal, Map<String, String> job, Optional<Request> before, List<String> changes) {
    terminal.line("");
    if (job.isEmpty()) {
      terminal.line("The signed job itself is no longer in the inbox.");
      return;
    }
    terminal.line("The job:");
    job.forEach((label, text) -> terminal.line("  " + label + ": " + text));
    if (before.isPresent()) {
      terminal.line("");
      terminal.line(
          "What is another than in '" + before.get().job() + "', the last job here on this data:");
      changes.forEach(change -> terminal.line("  - " + change));
      if (changes.isEmpty()) {
        terminal.line("  nothing");
      }
    }
  }
}
