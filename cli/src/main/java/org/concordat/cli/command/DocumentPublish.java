package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterProposal;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.MemberApproval;
import org.concordat.protocol.v1.PublishDocumentRequest;
import org.concordat.protocol.v1.RosterChangeReply;
import picocli.CommandLine.Mixin;

/** Putting in force what members signed: {@code policy publish}, {@code agreement publish}. */
abstract class DocumentPublish extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  /** What was signed. */
  abstract DocumentFile document() throws IOException;

  @Override
  final ExitCode run(Terminal terminal) throws IOException {
    DocumentFile document = document();
    if (!Files.exists(document.signatures())) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "there is no " + document.signatures(),
          "'concordat " + document.word() + " sign " + document.file() + "' makes it");
    }
    RosterProposal proposal = document.proposal(document.signatures());
    RosterChange.Document change = (RosterChange.Document) proposal.change();
    try (Client connected =
        Client.connect(client.resolve(), Permission.CHANGE_POLICY, Clock.systemUTC())) {
      Roster current = connected.rosters().latest();
      boolean again = current.document(document.kind()).filter(change.entry()::equals).isPresent();
      int version = again ? current.version() : proposal.requireGood(current).version();
      PublishDocumentRequest.Builder request =
          PublishDocumentRequest.newBuilder()
              .setChange(ByteString.copyFrom(change.toBytes()))
              .setDocument(ByteString.copyFrom(document.canonical()));
      for (MemberSignature one : proposal.signatures()) {
        request.addApprovals(
            MemberApproval.newBuilder()
                .setMember(one.member().value())
                .setNextRosterSignature(ByteString.copyFrom(one.bytes())));
      }
      print(terminal, document, version, connected.call().publishDocument(request.build()));
    }
    return ExitCode.OK;
  }

  private void print(
      Terminal terminal, DocumentFile document, int rosterVersion, RosterChangeReply reply) {
    int missing = reply.getInForce() ? 0 : reply.getNeeded() - reply.getApprovals();
    ObjectNode json =
        Terminal.object()
            .put(document.word(), document.name())
            .put("version", document.version())
            .put(document.word() + "Digest", document.digest().hex())
            .put("approvals", reply.getApprovals())
            .put("needed", reply.getNeeded())
            .put("missing", missing)
            .put("inForce", reply.getInForce())
            .put("rosterVersion", rosterVersion);
    reply.getOtherReasonsList().forEach(json.putArray("otherReasons")::add);
    terminal.value(json);
    if (reply.getInForce()) {
      terminal.line(
          "%s version %d is in force, by roster version %d."
              .formatted(document.title(), document.version(), rosterVersion));
      terminal.line("Rounds that run end under the one before; jobs meet this one at their next.");
    } else {
      terminal.line(
          "%d of %d approvals so far: %d %s missing."
              .formatted(
                  reply.getApprovals(), reply.getNeeded(), missing, missing == 1 ? "is" : "are"));
      terminal.line(
          "Next: other members run '%s sign', and one of them publishes again."
              .formatted(document.word()));
    }
  }
}
