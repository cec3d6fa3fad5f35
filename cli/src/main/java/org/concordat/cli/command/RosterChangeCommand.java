package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What each of k members runs to change the roster: sign the one next roster, and send that. */
abstract class RosterChangeCommand extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description =
          "One line of at most 200 characters, for the others and the log. Where the signed roster names it, approvals for different reasons do not add up.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Show what would be signed; sign and send nothing.")
  private boolean dryRun;

  /** What is to change, and why. */
  abstract RosterChange change(String why, RosterChain current) throws IOException;

  abstract Permission permission();

  abstract RosterChangeReply send(OperationsBlockingStub to, RosterChangeRequest request);

  /** Such as "the removal of 'oslo'". */
  abstract String inWords(RosterChange change);

  /** What is said once it is in force. */
  abstract List<String> done(RosterChange change, Roster next, int approvals);

  /** Only what the roster names must be the same. */
  String sameReason() {
    return ", with the same --reason";
  }

  /** What members compare before they sign, beside the name and the reason. */
  void details(RosterChange change, ObjectNode json, Terminal terminal) {}

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected = Client.connect(client.resolve(), permission(), Clock.systemUTC())) {
      RosterChange change = change(reason, connected.rosters());
      Roster current = connected.rosters().latest();
      Roster next = change.next(current);
      connected.rosters().requireOverlap(next);
      ObjectNode json =
          Terminal.object()
              .put(change instanceof RosterChange.OfMember ? "member" : "about", change.about())
              .put("reason", reason);
      details(change, json, terminal);
      if (dryRun) {
        print(terminal, json, change, next, current.quorum());
        return ExitCode.OK;
      }
      MemberSignature signature = next.approve(current, connected.site().keys());
      RosterChangeReply reply =
          send(
              connected.call(),
              RosterChangeRequest.newBuilder()
                  .setChange(ByteString.copyFrom(change.toBytes()))
                  .setNextRosterSignature(ByteString.copyFrom(signature.bytes()))
                  .build());
      print(terminal, json, change, next, reply);
    }
    return ExitCode.OK;
  }

  private void print(
      Terminal terminal, ObjectNode json, RosterChange change, Roster next, int needed) {
    terminal.value(
        json.put("dryRun", true)
            .put("needed", needed)
            .put("rosterVersion", next.version())
            .put("roster", next.digest().hex()));
    terminal.line(
        "Nothing was signed. Roster version %d, after %s, would have %d agents, and takes %d signatures."
            .formatted(next.version(), inWords(change), next.agents().size(), needed));
  }

  private void print(
      Terminal terminal,
      ObjectNode json,
      RosterChange change,
      Roster next,
      RosterChangeReply reply) {
    json.put("approvals", reply.getApprovals())
        .put("needed", reply.getNeeded())
        .put("inForce", reply.getInForce())
        .put("rosterVersion", next.version())
        .put("roster", next.digest().hex());
    reply.getOtherReasonsList().forEach(json.putArray("otherReasons")::add);
    terminal.value(json);
    for (String other : reply.getOtherReasonsList()) {
      terminal.line("There is another proposal, with the reason: " + other);
      terminal.line("Approvals of different proposals do not add up: agree on one.");
    }
    if (reply.getInForce()) {
      done(change, next, reply.getApprovals()).forEach(terminal::line);
    } else {
      terminal.line(
          "%d of %d approvals of %s so far."
              .formatted(reply.getApprovals(), reply.getNeeded(), inWords(change)));
      terminal.line("Next: other members run the same command" + sameReason() + ".");
    }
  }
}
