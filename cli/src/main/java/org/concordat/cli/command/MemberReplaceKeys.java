package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code concordat member replace-keys}. */
@Command(
    name = "replace-keys",
    description = {
      "Sign the next roster in which a member has new keys; those before are revoked for good.",
      "The member makes them with 'member init' in a new directory. Each of k members runs this,",
      "with the same request and reason, once it has compared the request's digest with the member."
    },
    footer = {
      "",
      "Example, at each of k members:",
      "  concordat member replace-keys oslo-new/request.json --reason 'laptop stolen' --config agent.yaml"
    })
final class MemberReplaceKeys extends RosterChangeCommand {
  @Parameters(paramLabel = "REQUEST", description = "The member's new request file.")
  private Path requestFile = Path.of("");

  @Override
  RosterChange change(String why, RosterChain current) throws IOException {
    return new RosterChange.NewKeys(MemberRequest.parse(Files.readAllBytes(requestFile)), why);
  }

  @Override
  Permission permission() {
    return Permission.REPLACE_KEY;
  }

  @Override
  RosterChangeReply send(OperationsBlockingStub to, RosterChangeRequest request) {
    return to.replaceKeys(request);
  }

  @Override
  void details(RosterChange change, ObjectNode json, Terminal terminal) {
    if (change instanceof RosterChange.NewKeys keys) {
      json.put("request", keys.request().digest().hex())
          .put("identityKey", keys.request().identityKey().base64());
      terminal.line(
          "Request of '%s' with new keys, SHA-256 %s: ask the member for it, over the phone."
              .formatted(change.about(), keys.request().digest()));
    }
  }

  @Override
  String inWords(RosterChange change) {
    return "new keys of '" + change.about() + "'";
  }

  @Override
  List<String> done(RosterChange change, Roster next, int approvals) {
    return List.of(
        "Replaced: the keys of '%s'. Roster version %d is in force, signed by %d members."
            .formatted(change.about(), next.version(), approvals),
        "Calls with the keys before end now.",
        "Next: the keeper of the authority runs 'concordat member approve REQUEST --issue --ca DIR',"
            + " and the agent is started from the directory with the new keys.");
  }
}
