package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that cannot go on ends, soon, and its reason says what to change. */
class JobEndsByNameTest {
  @TempDir Path root;

  @Test
  void aSumThatLeavesTheModelAsItWas() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      JobSpec.Builder job = TestAlliance.job("coarse", 3);
      job.getSecureAggregationBuilder().setClipNormL2(1e9).setCoordinateBound(1e9);
      assertThat(alliance.submit(job.build()).getAccepted()).isTrue();
      JobSummary ended = alliance.awaitEnd("coarse", 30);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getReason())
          .contains("left the model as it was")
          .contains("step is 3.05e+04")
          .contains("at most 1.00e+09 long");
      assertThat(alliance.rounds("coarse")).hasSize(1);
    }
  }

  @Test
  void theSameReasonsInTwoAttempts() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      for (String member : TestAlliance.MEMBERS) {
        Path config = alliance.agentConfig(member);
        String yaml = Files.readString(config);
        Files.writeString(
            config,
            yaml.substring(0, yaml.indexOf("trainer:"))
                + "trainer: {start-seconds: 2, command: [/bin/false]}\n");
        alliance.startAgentFrom(member, config);
      }
      alliance.submit(TestAlliance.job("hopeless", 1).build());
      JobSummary ended = alliance.awaitEnd("hopeless", 60);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getReason()).contains("2 attempts were given up").contains("zurich");
      RoundSummary round = alliance.rounds("hopeless").get(0);
      assertThat(round.getAttempt()).isEqualTo(1);
      assertThat(round.getReasonsList()).isNotEmpty().allMatch(line -> line.contains(": "));
      assertThat(alliance.auditText()).contains("2 attempts were given up");
    }
  }
}
