package org.concordat.cli.command;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Clock;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.RemoveMemberReply;
import org.concordat.protocol.v1.RemoveMemberRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat member remove}. */
@Command(
    name = "remove",
    description = {
      "Sign the next roster without a member, its keys revoked for good.",
      "Each of k members runs it, with the same reason: the first proposes, the last one puts it in force."
    },
    footer = {
      "",
      "Example, at each of k members:",
      "  concordat member remove oslo --reason 'contract ended 2026-11-30' --config agent.yaml"
    })
final class MemberRemove extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "NAME", description = "The member to remove.")
  private String name = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description =
          "One line, in the signed roster and the log; approvals for different reasons do not add up.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Show what would be signed; sign and send nothing.")
  private boolean dryRun;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    MemberId member = new MemberId(name);
    try (Client connected =
        Client.connect(client.resolve(), Permission.REMOVE_MEMBER, Clock.systemUTC())) {
      Roster current = connected.rosters().latest();
      Roster next = current.removed(member, reason);
      if (dryRun) {
        print(terminal, next, current.quorum());
        return ExitCode.OK;
      }
      MemberSignature signature = next.approve(current, connected.site().keys());
      RemoveMemberReply reply =
          connected
              .call()
              .removeMember(
                  RemoveMemberRequest.newBuilder()
                      .setMember(member.value())
                      .setReason(reason)
                      .setNextRosterSignature(ByteString.copyFrom(signature.bytes()))
                      .build());
      print(terminal, next, reply);
    }
    return ExitCode.OK;
  }

  private void print(Terminal terminal, Roster next, int needed) {
    terminal.value(
        Terminal.object()
            .put("member", name)
            .put("reason", reason)
            .put("dryRun", true)
            .put("needed", needed)
            .put("rosterVersion", next.version())
            .put("roster", next.digest().hex()));
    terminal.line(
        "Nothing was signed. Roster version %d without '%s' would have %d agents, and takes %d signatures."
            .formatted(next.version(), name, next.agents().size(), needed));
  }

  private void print(Terminal terminal, Roster next, RemoveMemberReply reply) {
    var json =
        Terminal.object()
            .put("member", name)
            .put("reason", reason)
            .put("approvals", reply.getApprovals())
            .put("needed", reply.getNeeded())
            .put("inForce", reply.getInForce())
            .put("rosterVersion", next.version())
            .put("roster", next.digest().hex());
    var others = json.putArray("otherReasons");
    reply.getOtherReasonsList().forEach(others::add);
    terminal.value(json);
    for (String other : reply.getOtherReasonsList()) {
      terminal.line(
          "The removal of '%s' is also proposed for another reason: %s".formatted(name, other));
      terminal.line("Approvals for different reasons do not add up: agree on one text.");
    }
    if (reply.getInForce()) {
      terminal.line(
          "Removed: '%s'. Roster version %d is in force, signed by %d members."
              .formatted(name, next.version(), reply.getApprovals()));
      terminal.line("Its calls end now, and rounds go on without it.");
    } else {
      terminal.line(
          "%d of %d approvals of the removal of '%s' so far."
              .formatted(reply.getApprovals(), reply.getNeeded(), name));
      terminal.line("Next: other members run the same command, with the same --reason.");
    }
  }
}
