package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.concordat.certs.DocumentKind;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat policy publish}. */
@Command(
    name = "publish",
    description = {
      "Take a policy and the members' signatures in FILE.signatures to the coordinator.",
      "With k of them it is in force: running jobs meet it at their next round.",
      "With fewer they are kept, and it says how many are missing."
    },
    footer = {"", "Example:", "  concordat policy publish policy.yaml --config agent.yaml"})
final class PolicyPublish extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The policy, as it was signed.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    PolicyFile policy = PolicyFile.signable(file);
    if (!Files.exists(policy.signatures())) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "there is no " + policy.signatures(),
          "'concordat policy sign " + file + "' makes it");
    }
    RosterProposal proposal = policy.proposal(policy.signatures());
    RosterChange.Document change = (RosterChange.Document) proposal.change();
    try (Client connected =
        Client.connect(client.resolve(), Permission.CHANGE_POLICY, Clock.systemUTC())) {
      Roster current = connected.rosters().latest();
      boolean again =
          current.document(DocumentKind.POLICY).filter(change.entry()::equals).isPresent();
      int version = again ? current.version() : proposal.requireGood(current).version();
      PublishDocumentRequest.Builder request =
          PublishDocumentRequest.newBuilder()
              .setChange(ByteString.copyFrom(change.toBytes()))
              .setDocument(ByteString.copyFrom(policy.policy().canonicalJson()));
      for (MemberSignature one : proposal.signatures()) {
        request.addApprovals(
            MemberApproval.newBuilder()
                .setMember(one.member().value())
                .setNextRosterSignature(ByteString.copyFrom(one.bytes())));
      }
      print(terminal, policy, version, connected.call().publishDocument(request.build()));
    }
    return ExitCode.OK;
  }

  private void print(
      Terminal terminal, PolicyFile policy, int rosterVersion, RosterChangeReply reply) {
    int missing = reply.getInForce() ? 0 : reply.getNeeded() - reply.getApprovals();
    ObjectNode json =
        Terminal.object()
            .put("policy", policy.policy().name())
            .put("version", policy.policy().version())
            .put("policyDigest", policy.digest().hex())
            .put("approvals", reply.getApprovals())
            .put("needed", reply.getNeeded())
            .put("missing", missing)
            .put("inForce", reply.getInForce())
            .put("rosterVersion", rosterVersion);
    reply.getOtherReasonsList().forEach(json.putArray("otherReasons")::add);
    terminal.value(json);
    if (reply.getInForce()) {
      terminal.line(
          "Policy '%s' version %d is in force, by roster version %d."
              .formatted(policy.policy().name(), policy.policy().version(), rosterVersion));
      terminal.line("Rounds that run end under the one before; jobs meet this one at their next.");
    } else {
      terminal.line(
          "%d of %d approvals so far: %d %s missing."
              .formatted(
                  reply.getApprovals(), reply.getNeeded(), missing, missing == 1 ? "is" : "are"));
      terminal.line("Next: other members run 'policy sign', and one of them publishes again.");
    }
  }
}
