package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data that changes after the consent: the site trains on it for no job that was consented to
 * before, whether its agent was restarted or not; a new job is asked about the data as it is.
 */
class DataChangeTest {
  private static final String CHANGED = "zurich";

  @TempDir Path root;

  private static void awaitRound(TestAlliance alliance, String job, int round) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < end) {
      if (alliance.rounds(job).stream()
          .anyMatch(one -> one.getRound() >= round && one.getPhase().equals("COMMITTED"))) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no round " + round + ": " + alliance.rounds(job));
  }

  private static long newest(TestAlliance alliance, String job) throws Exception {
    return alliance.rounds(job).stream().mapToLong(RoundSummary::getRound).max().orElse(0);
  }

  private static JsonNode status(TestAlliance alliance) throws Exception {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home(CHANGED).resolve("status.json")));
  }

  private void play(boolean restart) throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("first", 20).build());
      awaitRound(alliance, "first", 2);
      if (restart) {
        alliance.agents.remove(CHANGED).close();
      }
      Files.writeString(
          alliance.home(CHANGED).resolve("data/train.csv"), "3,1,1\n", StandardOpenOption.APPEND);
      long changed = newest(alliance, "first");
      if (restart) {
        alliance.startAgentFrom(CHANGED, alliance.home(CHANGED).resolve("agent.yaml"));
      }
      JobSummary ended = alliance.awaitEnd("first", 90);
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
      List<RoundSummary> later =
          alliance.rounds("first").stream().filter(one -> one.getRound() > changed + 1).toList();
      assertThat(later).hasSizeGreaterThan(5);
      for (RoundSummary round : later) {
        assertThat(round.getSurvivorsList())
            .as(round.toString())
            .hasSize(3)
            .doesNotContain(CHANGED);
      }
      assertThat(status(alliance).path("lastAlarm").asText())
          .contains("data set 'toy' differs from what was consented to: consented ")
          .contains(", now ");

      alliance.submit(TestAlliance.job("second", 1).build());
      assertThat(alliance.awaitEnd("second", 60).getState()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("second"))
          .allSatisfy(round -> assertThat(round.getSurvivorsList()).contains(CHANGED));
    }
  }

  @Test
  void aRunningAgentLeavesTheJob() throws Exception {
    play(false);
  }

  @Test
  void aRestartedAgentStaysOutOfTheJob() throws Exception {
    play(true);
  }
}
