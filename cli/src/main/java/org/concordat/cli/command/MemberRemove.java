package org.concordat.cli.command;

import java.util.List;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import picocli.CommandLine.Command;
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
final class MemberRemove extends RosterChangeCommand {
  @Parameters(paramLabel = "NAME", description = "The member to remove.")
  private String name = "";

  @Override
  RosterChange change(String why, RosterChain current) {
    return new RosterChange.Removal(new MemberId(name), why);
  }

  @Override
  Permission permission() {
    return Permission.REMOVE_MEMBER;
  }

  @Override
  RosterChangeReply send(OperationsBlockingStub to, RosterChangeRequest request) {
    return to.removeMember(request);
  }

  @Override
  String inWords(RosterChange change) {
    return "the removal of '" + change.about() + "'";
  }

  @Override
  List<String> done(RosterChange change, Roster next, int approvals) {
    return List.of(
        "Removed: '%s'. Roster version %d is in force, signed by %d members."
            .formatted(change.about(), next.version(), approvals),
        "Its calls end now, and rounds go on without it.");
  }
}
