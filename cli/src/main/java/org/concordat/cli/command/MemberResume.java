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

/** {@code concordat member resume}. */
@Command(
    name = "resume",
    description = {
      "Sign the next roster in which a suspended member takes part again.",
      "Each of k members runs it: the first proposes, the last one puts it in force.",
      "The signed roster names no reason for who takes part: theirs may differ."
    },
    footer = {
      "",
      "Example, at each of k members:",
      "  concordat member resume oslo --reason 'audit passed' --config agent.yaml"
    })
final class MemberResume extends RosterChangeCommand {
  @Parameters(paramLabel = "NAME", description = "The member to resume.")
  private String name = "";

  @Override
  RosterChange change(String why, RosterChain current) {
    return new RosterChange.Resumption(new MemberId(name), why);
  }

  @Override
  Permission permission() {
    return Permission.SUSPEND_MEMBER;
  }

  @Override
  RosterChangeReply send(OperationsBlockingStub to, RosterChangeRequest request) {
    return to.resumeMember(request);
  }

  @Override
  String sameReason() {
    return ", each with its own --reason";
  }

  @Override
  String inWords(RosterChange change) {
    return "the return of '" + change.about() + "'";
  }

  @Override
  List<String> done(RosterChange change, Roster next, int approvals) {
    return List.of(
        "Resumed: '%s'. Roster version %d is in force, signed by %d members."
            .formatted(change.about(), next.version(), approvals),
        "Its agent comes back by itself, and takes part from the next epoch on.");
  }
}
