package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.concordat.certs.MemberRequest;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.JobSummary;
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

      MemberRequest request = Joining.request(alliance, "lyon");
      assertThat(Joining.approve(alliance, "boston", request).getInForce()).isFalse();
      assertThat(Joining.approve(alliance, "boston", request).getApprovals())
          .as("the same again counts once")
          .isEqualTo(1);
      assertThat(Joining.approve(alliance, "cleveland", request).getInForce()).isFalse();
      ApproveMemberReply last = Joining.approve(alliance, "zurich", request);
      assertThat(last.getInForce()).isTrue();
      assertThatThrownBy(() -> Joining.approve(alliance, "budapest", request))
          .as("a replayed request")
          .hasMessageContaining("lyon");

      Joining.certify(alliance, request);
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
}
