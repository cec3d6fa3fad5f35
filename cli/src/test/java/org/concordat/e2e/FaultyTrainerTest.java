package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.protocol.v1.JobSummary;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One member's trainer crashes, prints rubbish or hangs: its agent says what happened and stays in
 * the session, and the round commits without that member.
 */
class FaultyTrainerTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "/bin/false, ended",
    "/bin/echo Welcome to the trainer, frame",
    "/bin/sleep 600, within",
  })
  void theRoundGoesOnWithoutTheMember(String command, String said) throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      for (String member : TestAlliance.MEMBERS) {
        Path config = alliance.agentConfig(member);
        if (member.equals("zurich")) {
          String yaml = Files.readString(config);
          Files.writeString(
              config,
              yaml.substring(0, yaml.indexOf("trainer:"))
                  + "trainer: {start-seconds: 2, command: ["
                  + String.join(", ", command.split(" "))
                  + "]}\n");
        }
        alliance.startAgentFrom(member, config);
      }
      alliance.submit(TestAlliance.job("faulty", 1).setDeadlineSeconds(8).build());
      JobSummary job = alliance.awaitEnd("faulty", 60);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("faulty"))
          .allSatisfy(
              round -> assertThat(round.getSurvivorsList()).hasSize(3).doesNotContain("zurich"));
      var status =
          new ObjectMapper()
              .readTree(Files.readAllBytes(alliance.home("zurich").resolve("status.json")));
      assertThat(status.path("lastAlarm").asText()).contains("was not trained").contains(said);
      assertThat(status.path("connected").asBoolean()).isTrue();
    }
  }
}
