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

/** {@code concordat member suspend}. */
@Command(
    name = "suspend",
    description = {
      "Sign the next roster in which a member takes no part until it is resumed. It keeps its keys.",
      "Each of k members runs it, with the same reason: the first proposes, the last one puts it in force."
    },
    footer = {
      "",
      "Example, at each of k members:",
      "  concordat member suspend oslo --reason 'audit of its site' --config agent.yaml"
    })
final class MemberSuspend extends RosterChangeCommand {
  @Parameters(paramLabel = "NAME", description = "The member to suspend.")
  private String name = "";

  @Override
  RosterChange change(String why, RosterChain current) {
    return new RosterChange.Suspension(new MemberId(name), why);
  }

  @Override
  Permission permission() {
    return Permission.SUSPEND_MEMBER;
  }

  @Override
  RosterChangeReply send(OperationsBlockingStub to, RosterChangeRequest request) {
    return to.suspendMember(request);
  }

  @Override
  String inWords(RosterChange change) {
    return "the suspension of '" + change.about() + "'";
  }

  @Override
  List<String> done(RosterChange change, Roster next, int approvals) {
    return List.of(
        "Suspended: '%s'. Roster version %d is in force, signed by %d members."
            .formatted(change.about(), next.version(), approvals),
        "Its calls end now, and rounds go on without it. Its agent waits.",
        "To take it back: 'concordat member resume " + change.about() + "', at k members.");
  }
}
