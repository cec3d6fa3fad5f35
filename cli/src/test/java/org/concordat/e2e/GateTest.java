package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.MemberDecision;
import org.concordat.protocol.v1.SubmitJobReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Residency: the coordinator refuses and explains; where it would not, the site does, and the site
 * wins.
 */
class GateTest {
  @TempDir Path root;

  @Test
  void aPolicyThatExcludesTheSwissMemberIsExplainedAtSubmit() throws Exception {
    Path policy = WholeRoundTest.policy().resolveSibling("swiss-excluded.yaml");
    try (TestAlliance alliance = new TestAlliance(root, policy)) {
      alliance.startCoordinator();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("all-four", 1).build());
      assertThat(reply.getAccepted()).isFalse();
      assertThat(reply.getReason()).contains("policy");
      for (MemberDecision decision : reply.getDecisionsList()) {
        assertThat(decision.getAllowed())
            .as(decision.getMember())
            .isEqualTo(!decision.getMember().equals("zurich"));
      }
      String explanation =
          reply.getDecisionsList().stream()
              .filter(decision -> decision.getMember().equals("zurich"))
              .findFirst()
              .orElseThrow()
              .getExplanation();
      System.out.println(explanation);
      assertThat(explanation).contains("zurich").contains("jurisdiction").contains("ch");
      assertThat(alliance.auditText())
          .contains("\"type\":\"decision\"")
          .contains("\"outcome\":\"deny\"");
      SubmitJobReply three =
          alliance.submit(
              TestAlliance.job("without-zurich", 1)
                  .addMembers("boston")
                  .addMembers("cleveland")
                  .addMembers("budapest")
                  .build());
      assertThat(three.getAccepted()).as(three.toString()).isTrue();
    }
  }

  @Test
  void aJobThatCanMakeNoProgressIsRefusedWithTheNumbersThatCan() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      var spec = TestAlliance.job("colluders", 1);
      spec.setSecureAggregation(spec.getSecureAggregation().toBuilder().setColluders(2));
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> alliance.submit(spec.build()))
          .hasMessageContaining("INVALID_ARGUMENT")
          .hasMessageContaining("4 members and 2 assumed colluders")
          .hasMessageContaining("Feasible");
    }
  }

  @Test
  void aRingThatCanWrapIsRefusedWithTheNumberThatFits() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      var spec = TestAlliance.job("narrow", 1);
      spec.setSecureAggregation(
          spec.getSecureAggregation().toBuilder().setQuantisationBits(15).setWireBits(16));
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> alliance.submit(spec.build()))
          .hasMessageContaining("INVALID_ARGUMENT")
          .hasMessageContaining("16 wire bits can wrap")
          .hasMessageContaining("need 17");
    }
  }

  @Test
  void aSiteThatDoesNotApproveThePurposeStaysOutAndTheOthersGoOn() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      for (String member : TestAlliance.MEMBERS) {
        Path config = alliance.agentConfig(member);
        if (member.equals("zurich")) {
          Files.writeString(
              config, Files.readString(config).replace("[medical-research]", "[quality-control]"));
        }
        alliance.startAgentFrom(member, config);
      }
      assertThat(alliance.submit(TestAlliance.job("partly", 1).build()).getAccepted()).isTrue();
      JobSummary job = alliance.awaitEnd("partly", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.getMembersList()).containsExactly("boston", "budapest", "cleveland");
      assertThat(job.getRefusalsList())
          .singleElement()
          .asString()
          .contains("zurich")
          .contains("not among those this site approves");
      assertThat(alliance.rounds("partly"))
          .allSatisfy(round -> assertThat(round.getSurvivorsList()).hasSize(3));
    }
  }

  @Test
  void aSecondJobFromTheSameInitialModelIsRefusedByTheSites() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("one", 1).setInitialSeed(5).build());
      assertThat(alliance.awaitEnd("one", 60).getState()).isEqualTo("COMPLETED");
      alliance.submit(TestAlliance.job("two", 1).setInitialSeed(5).build());
      JobSummary refused = alliance.awaitEnd("two", 60);
      assertThat(refused.getState()).isEqualTo("FAILED");
      assertThat(refused.getRefusalsList())
          .hasSize(4)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains("a person must approve this job")
                      .contains("started from the very same model"));
    }
  }
}
