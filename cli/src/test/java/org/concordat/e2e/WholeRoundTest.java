package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SubmitJobReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds through all rooms: TLS, sessions, consent, epoch, trainers, masks, certificate, agreement,
 * log.
 */
class WholeRoundTest {
  @TempDir Path root;

  static Path policy() {
    return Path.of("..", "examples", "policies", "demo.yaml").toAbsolutePath().normalize();
  }

  @Test
  void fourMembersTrainTogether() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      SubmitJobReply reply = alliance.submit(TestAlliance.job("first", 3).build());
      assertThat(reply.getAccepted()).as(reply.toString()).isTrue();
      assertThat(reply.getGuarantee()).contains("4 members");
      JobSummary job = alliance.awaitEnd("first", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.getRoundsCommitted()).isEqualTo(4);
      for (RoundSummary round : alliance.rounds("first")) {
        System.out.println(
            round.getRound() + " " + (round.getEndedMillis() - round.getStartedMillis()) + " ms");
        assertThat(round.getPhase()).isEqualTo("COMMITTED");
        assertThat(round.getSurvivorsList()).hasSize(4);
        assertThat(round.getAccuracy()).isCloseTo(0.7, within(1e-3));
        assertThat(round.getLoss()).isCloseTo(0.5, within(1e-2));
      }
    }
    LogVerifierKey key =
        LogVerifierKey.parse(
            org.concordat.certs.Genesis.load(root.resolve("genesis.json")).logVkey().value());
    assertThat(AuditVerifier.verify(root.resolve("coordinator/audit-log"), key).size())
        .isGreaterThan(30);
  }

  /** Each needs epochs that retire the other's: they take turns, and none waits for ever. */
  @Test
  void twoJobsWithDifferentCohortsTakeTurns() throws Exception {
    List<String> five = List.of("boston", "cleveland", "budapest", "zurich", "lyon");
    try (TestAlliance alliance = new TestAlliance(root, policy(), five)) {
      alliance.startCoordinator();
      alliance.startAgents();
      JobSpec.Builder careful = TestAlliance.job("careful", 2);
      careful.setSecureAggregation(careful.getSecureAggregation().toBuilder().setColluders(1));
      for (JobSpec job : List.of(TestAlliance.job("plain", 2).build(), careful.build())) {
        SubmitJobReply reply = alliance.submit(job);
        assertThat(reply.getAccepted()).as(reply.toString()).isTrue();
      }
      for (String job : List.of("plain", "careful")) {
        JobSummary ended = alliance.awaitEnd(job, 90);
        assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
        assertThat(alliance.rounds(job)).allMatch(round -> round.getPhase().equals("COMMITTED"));
      }
    }
  }
}
