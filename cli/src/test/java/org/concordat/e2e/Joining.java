package org.concordat.e2e;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.concordat.certs.Country;
import org.concordat.certs.FirstStore;
import org.concordat.certs.Invitation;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberChain;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.iam.Site;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RegisterInvitationRequest;

/** The steps by which an agent joins a running alliance; see {@link JoinTest}. */
final class Joining {
  private Joining() {}

  /** An invitation by boston, registered, and the request that answers it. */
  static MemberRequest request(TestAlliance alliance, String name) throws Exception {
    ManagedChannel admin = alliance.channel("boston", Role.MEMBER_ADMIN);
    try {
      Invitation invitation =
          Invitation.make(
              alliance.genesis.digest(),
              new MemberId("boston"),
              alliance.keys.get("boston"),
              new MemberId(name),
              new Jurisdiction("eu"),
              Duration.ofDays(1),
              alliance.clock);
      OperationsGrpc.newBlockingStub(admin)
          .registerInvitation(
              RegisterInvitationRequest.newBuilder()
                  .setInvitation(ByteString.copyFrom(invitation.toBytes()))
                  .build());
      Files.createDirectories(alliance.home(name));
      ParticipantKeys keys = ParticipantKeys.create(alliance.home(name).resolve(Site.KEYS));
      FirstStore.found(alliance.home(name));
      alliance.keys.put(name, keys);
      Country france = new Country("FR");
      return MemberRequest.make(
          new MemberProfile(
              new MemberId(name),
              new Jurisdiction("eu"),
              france,
              france,
              Set.of(Role.AGENT),
              null,
              null,
              invitation.nonce()),
          keys,
          alliance.clock);
    } finally {
      admin.shutdownNow();
    }
  }

  private static RosterChain rosters(TestAlliance alliance) throws Exception {
    byte[] chain =
        alliance
            .operator()
            .getRosters(GetRostersRequest.getDefaultInstance())
            .getRosterChain()
            .toByteArray();
    return RosterChain.parse(alliance.genesis, chain);
  }

  /** One member's signature on the roster after the genesis's. */
  static ApproveMemberReply approve(TestAlliance alliance, String member, MemberRequest request)
      throws Exception {
    return approve(alliance, member, request, alliance.genesis.roster());
  }

  /** The same under a later roster. */
  static ApproveMemberReply approve(
      TestAlliance alliance, String member, MemberRequest request, Roster current)
      throws Exception {
    byte[] signature =
        Base64.getDecoder()
            .decode(current.joined(request).approve(current, alliance.keys.get(member)).base64());
    ManagedChannel channel = alliance.channel(member, Role.AGENT);
    try {
      return OperationsGrpc.newBlockingStub(channel)
          .approveMember(
              ApproveMemberRequest.newBuilder()
                  .setRequest(ByteString.copyFrom(request.toBytes()))
                  .setNextRosterSignature(ByteString.copyFrom(signature))
                  .build());
    } finally {
      channel.shutdownNow();
    }
  }

  /** The joiner's certificate, once the roster with it is in force. */
  static void certify(TestAlliance alliance, MemberRequest request) throws Exception {
    OfflineCa ca = OfflineCa.load(alliance.root.resolve("ca"));
    MemberChain chain = ca.issue(request, rosters(alliance), alliance.clock);
    Files.write(
        alliance.home(request.profile().id().value()).resolve(Site.MEMBER_CA), chain.toPem());
  }

  /** A new roster with one more agent is in force when this returns. */
  static void join(TestAlliance alliance, String name) throws Exception {
    MemberRequest request = request(alliance, name);
    for (String member : alliance.members) {
      if (approve(alliance, member, request).getInForce()) {
        certify(alliance, request);
        return;
      }
    }
    throw new AssertionError("all members' approvals are not enough");
  }
}
