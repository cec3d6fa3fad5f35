package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterProposal;
import org.concordat.certs.Sha256;
import org.concordat.jurisdictions.Policy;
import org.concordat.protocol.v1.GetDocumentRequest;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.MemberApproval;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.PublishDocumentRequest;
import org.concordat.protocol.v1.RosterChangeReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members put another policy in force while a job runs. */
class PolicyLifeTest {
  private static final List<String> QUORUM = List.of("boston", "cleveland", "budapest");

  @TempDir Path root;

  /** The demo's policy in another version, with changes to its text. */
  private static byte[] policy(int version, String... changes) throws Exception {
    String text =
        Files.readString(WholeRoundTest.policy()).replace("version: 1", "version: " + version);
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(text).contains(changes[i]);
      text = text.replace(changes[i], changes[i + 1]);
    }
    text = text.substring(0, text.indexOf("\ntests:")) + TESTS;
    return Policy.parse(Path.of("next.yaml"), text.getBytes(StandardCharsets.UTF_8))
        .canonicalJson();
  }

  private static final String TESTS =
      """

      tests:
        - name: nothing without masks
          action: submit
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: medical-research, secure-aggregation: false}
          members: {zurich: {jurisdiction: {value: ch, source: roster}}}
          expect: denied
      """;

  private static RosterChangeReply publish(
      TestAlliance alliance, int version, byte[] policy, byte[] bytes, List<String> signers)
      throws Exception {
    Roster current = Removing.rosters(alliance).latest();
    RosterProposal proposal =
        RosterProposal.of(
            new RosterChange.Document(
                DocumentKind.POLICY, version, Sha256.of(policy), "the members agreed"),
            current);
    Roster next = proposal.requireGood(current);
    for (String signer : signers) {
      proposal = proposal.with(next.approve(current, alliance.keys.get(signer)));
    }
    proposal = RosterProposal.parse(proposal.toBytes());
    PublishDocumentRequest.Builder request =
        PublishDocumentRequest.newBuilder()
            .setChange(ByteString.copyFrom(proposal.change().toBytes()))
            .setDocument(ByteString.copyFrom(bytes));
    for (MemberSignature one : proposal.signatures()) {
      request.addApprovals(
          MemberApproval.newBuilder()
              .setMember(one.member().value())
              .setNextRosterSignature(ByteString.copyFrom(one.bytes())));
    }
    return send(alliance, request.build());
  }

  private static RosterChangeReply send(TestAlliance alliance, PublishDocumentRequest request)
      throws Exception {
    ManagedChannel channel = alliance.channel("zurich", Role.AGENT);
    try {
      return OperationsGrpc.newBlockingStub(channel).publishDocument(request);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aRunningJobThatTheNewPolicyForbidsEndsByNameAtItsNextRound() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("long", 500).build());
      RemovalTest.awaitCommitted(alliance, "long", 3);
      byte[] next = policy(2, "in: [us, eu, ch]", "in: [eu, ch]");
      assertThatThrownBy(() -> publish(alliance, 2, next, policy(2), QUORUM))
          .as("other bytes than those that were signed")
          .hasMessageContaining("these bytes are not the policy that was signed");
      RosterChangeReply first = publish(alliance, 2, next, next, QUORUM.subList(0, 2));
      assertThat(first.getInForce()).isFalse();
      assertThat(first.getApprovals()).isEqualTo(2);
      assertThat(first.getNeeded()).isEqualTo(3);
      assertThat(publish(alliance, 2, next, next, List.of("zurich")).getInForce())
          .as("signatures of two publications add up")
          .isTrue();
      JobSummary job = alliance.awaitEnd("long", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("FAILED");
      assertThat(job.getReason())
          .contains("policy 'demo' version 2 (" + Sha256.of(next) + ")")
          .contains("boston")
          .contains("founding-jurisdictions")
          .contains("jurisdiction");
      assertThat(alliance.rounds("long"))
          .as("the round that ran ended as it began")
          .allMatch(one -> one.getPhase().equals("COMMITTED"));
      for (String member : TestAlliance.MEMBERS) {
        assertThat(alliance.home(member).resolve("documents/" + Sha256.of(next)))
            .hasBinaryContent(next);
      }
      assertThat(
              alliance
                  .operator()
                  .getDocument(
                      GetDocumentRequest.newBuilder().setDigest(Sha256.of(next).hex()).build())
                  .getDocument()
                  .toByteArray())
          .isEqualTo(next);
      assertThat(alliance.submit(TestAlliance.job("again", 1).build()).getReason())
          .contains("does not allow");
      assertThat(alliance.auditText())
          .contains("\"step\":\"policy-approved\"")
          .contains("\"carried-by\":\"zurich\"")
          .contains("\"policy\":\"" + Sha256.of(next) + "\"");
    }
  }

  @Test
  void aJobThatMayGoOnDoesSoUnderTheNewPolicyAlsoAcrossRestarts() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("long", 60).build());
      RemovalTest.awaitCommitted(alliance, "long", 3);
      alliance.agents.remove("zurich").close(); // away for three versions
      byte[] last = new byte[0];
      for (int version : List.of(2, 3, 7)) {
        last = policy(version);
        assertThat(publish(alliance, version, last, last, QUORUM).getInForce()).isTrue();
      }
      alliance.coordinator.close();
      alliance.startCoordinator();
      alliance.startAgent("zurich");
      JobSummary job = alliance.awaitEnd("long", 180);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.home("zurich").resolve("documents/" + Sha256.of(last)))
          .hasBinaryContent(last);
      String log = alliance.auditText();
      List<String> decisions =
          log.lines().filter(line -> line.contains("\"type\":\"decision\"")).toList();
      assertThat(decisions.get(decisions.size() - 1)).contains(Sha256.of(last).hex());
    }
  }

  @Test
  void aPolicyThatAMemberWithoutAPartHasSignedIsRefusedWholly() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      byte[] next = policy(2);
      Removing.remove(alliance, QUORUM, "zurich", "left");
      Roster current = Removing.rosters(alliance).latest();
      RosterChange.Document change =
          new RosterChange.Document(DocumentKind.POLICY, 2, Sha256.of(next), "why");
      Roster roster = change.next(current);
      PublishDocumentRequest.Builder request =
          PublishDocumentRequest.newBuilder()
              .setChange(ByteString.copyFrom(change.toBytes()))
              .setDocument(ByteString.copyFrom(next));
      for (String member : List.of("boston", "zurich")) {
        request.addApprovals(
            MemberApproval.newBuilder()
                .setMember(new MemberId(member).value())
                .setNextRosterSignature(
                    ByteString.copyFrom(
                        roster.approve(current, alliance.keys.get("boston")).bytes())));
      }
      ManagedChannel channel = alliance.channel("boston", Role.AGENT);
      try {
        assertThatThrownBy(
                () -> OperationsGrpc.newBlockingStub(channel).publishDocument(request.build()))
            .hasMessageContaining("zurich")
            .hasMessageContaining("not a member of roster version 2");
      } finally {
        channel.shutdownNow();
      }
      assertThat(alliance.auditText()).doesNotContain("policy-approved");
    }
  }
}
