package org.concordat.e2e;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.util.List;
import org.concordat.certs.MemberExit;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;

/** The steps by which a member goes; see {@link RemovalTest}. */
final class Removing {
  /** The call for a change. */
  @FunctionalInterface
  interface Call {
    RosterChangeReply send(OperationsGrpc.OperationsBlockingStub stub, RosterChangeRequest request);
  }

  private Removing() {}

  static RosterChain rosters(TestAlliance alliance) throws Exception {
    return RosterChain.parse(
        alliance.genesis,
        alliance
            .operator()
            .getRosters(GetRostersRequest.getDefaultInstance())
            .getRosterChain()
            .toByteArray());
  }

  /** One member's approval of a removal. */
  static RosterChangeReply approve(
      TestAlliance alliance, String member, String removed, String reason) throws Exception {
    return approve(
        alliance,
        member,
        new RosterChange.Removal(new MemberId(removed), reason),
        OperationsGrpc.OperationsBlockingStub::removeMember);
  }

  /** One member's approval of any change. */
  static RosterChangeReply approve(
      TestAlliance alliance, String member, RosterChange change, Call call) throws Exception {
    Roster current = rosters(alliance).latest();
    byte[] signature = change.next(current).approve(current, alliance.keys.get(member)).bytes();
    ManagedChannel channel = alliance.channel(member, Role.MEMBER_ADMIN);
    try {
      return call.send(
          OperationsGrpc.newBlockingStub(channel),
          RosterChangeRequest.newBuilder()
              .setChange(ByteString.copyFrom(change.toBytes()))
              .setNextRosterSignature(ByteString.copyFrom(signature))
              .build());
    } finally {
      channel.shutdownNow();
    }
  }

  /** The change is in force when this returns. */
  static void agree(TestAlliance alliance, List<String> approvers, RosterChange change, Call call)
      throws Exception {
    for (String member : approvers) {
      if (approve(alliance, member, change, call).getInForce()) {
        return;
      }
    }
    throw new AssertionError("these approvals are not enough: " + approvers);
  }

  /** The removal is in force when this returns. */
  static void remove(TestAlliance alliance, List<String> approvers, String removed, String reason)
      throws Exception {
    for (String member : approvers) {
      if (approve(alliance, member, removed, reason).getInForce()) {
        return;
      }
    }
    throw new AssertionError("these approvals are not enough: " + approvers);
  }

  static ExitMemberReply exit(TestAlliance alliance, String member, String reason)
      throws Exception {
    MemberExit exit =
        MemberExit.make(
            alliance.genesis.digest(), new MemberId(member), alliance.keys.get(member), reason);
    ManagedChannel channel = alliance.channel(member, Role.AGENT);
    try {
      return OperationsGrpc.newBlockingStub(channel)
          .exitMember(
              ExitMemberRequest.newBuilder().setExit(ByteString.copyFrom(exit.toBytes())).build());
    } finally {
      channel.shutdownNow();
    }
  }
}
