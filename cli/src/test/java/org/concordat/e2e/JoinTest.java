package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.concordat.certs.Country;
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
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fifth hospital joins a running alliance: invitation, request, approvals of a quorum,
 * certificate, training.
 */
class JoinTest {
  @TempDir Path root;

  @Test
  void aFifthHospitalJoinsARunningAlliance() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("before", 1).build()).getAccepted()).isTrue();
      assertThat(alliance.awaitEnd("before", 60).getState()).isEqualTo("COMPLETED");

      MemberRequest request = request(alliance);
      assertThat(approve(alliance, "boston", request).getInForce()).isFalse();
      assertThat(approve(alliance, "boston", request).getApprovals())
          .as("the same again counts once")
          .isEqualTo(1);
      assertThat(approve(alliance, "cleveland", request).getInForce()).isFalse();
      ApproveMemberReply last = approve(alliance, "zurich", request);
      assertThat(last.getInForce()).isTrue();
      assertThatThrownBy(() -> approve(alliance, "budapest", request))
          .as("a replayed request")
          .hasMessageContaining("lyon");

      OfflineCa ca = OfflineCa.load(root.resolve("ca"));
      MemberChain chain = ca.issue(request, rosters(alliance), alliance.clock);
      Files.write(alliance.home("lyon").resolve(Site.MEMBER_CA), chain.toPem());
      alliance.startAgent("lyon");

      assertThat(alliance.submit(TestAlliance.job("after", 2).build()).getAccepted()).isTrue();
      JobSummary job = alliance.awaitEnd("after", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.getMembersList()).hasSize(5).contains("lyon");
      assertThat(alliance.rounds("after"))
          .allSatisfy(round -> assertThat(round.getSurvivorsList()).contains("lyon"));
      assertThat(alliance.auditText())
          .contains("\"step\":\"invited\"")
          .contains("\"step\":\"approved\"");
    }
  }

  private MemberRequest request(TestAlliance alliance) throws Exception {
    ManagedChannel admin = alliance.channel("boston", Role.MEMBER_ADMIN);
    try {
      Invitation invitation =
          Invitation.make(
              alliance.genesis.digest(),
              new MemberId("boston"),
              alliance.keys.get("boston"),
              new MemberId("lyon"),
              new Jurisdiction("eu"),
              Duration.ofDays(1),
              alliance.clock);
      OperationsGrpc.newBlockingStub(admin)
          .registerInvitation(
              RegisterInvitationRequest.newBuilder()
                  .setInvitation(ByteString.copyFrom(invitation.toBytes()))
                  .build());
      Files.createDirectories(alliance.home("lyon"));
      ParticipantKeys keys = ParticipantKeys.create(alliance.home("lyon").resolve(Site.KEYS));
      alliance.keys.put("lyon", keys);
      Country france = new Country("FR");
      return MemberRequest.make(
          new MemberProfile(
              new MemberId("lyon"),
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

  private ApproveMemberReply approve(TestAlliance alliance, String member, MemberRequest request)
      throws Exception {
    Roster current = alliance.genesis.roster();
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
}
