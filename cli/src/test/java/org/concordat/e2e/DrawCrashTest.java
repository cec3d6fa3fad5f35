package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The coordinator's process and agents' processes are killed with SIGKILL in two steps of the draw
 * of cohorts: the same number of the draw ends with everybody in it, and the job completes.
 */
@Tag("slow")
class DrawCrashTest {
  private static final List<String> EIGHT =
      List.of("boston", "cleveland", "budapest", "zurich", "lyon", "oslo", "porto", "turin");
  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path root;

  @Test
  void theCoordinatorAndAgentsAreKilledDuringTheDraw() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), EIGHT);
        Processes processes = new Processes(alliance)) {
      alliance.roundSettings(
          ", cohort-size: 4, draw-colluders: 0, draw-wait-seconds: 300, consent-wait-seconds: 3");
      processes.start("coordinator", "");
      for (String member : EIGHT.subList(0, 7)) {
        processes.start(member, "");
      }
      alliance.submit(TestAlliance.job("killed", 1).build());
      awaitWaiting(alliance, "COMMITTING: waiting for turin");
      processes.kill("coordinator");
      processes.kill("boston");
      processes.start("coordinator", "");
      processes.start("boston", "");
      awaitWaiting(alliance, "COMMITTING: waiting for turin");
      // its commitment is in, and it is not there to reveal
      processes.kill("zurich");
      processes.start("turin", "");
      awaitWaiting(alliance, "REVEALING: waiting for zurich");
      processes.kill("coordinator");
      processes.kill("cleveland");
      processes.start("coordinator", "");
      processes.start("cleveland", "");
      awaitWaiting(alliance, "REVEALING: waiting for zurich");
      processes.start("zurich", "");
      JobSummary job = alliance.awaitEnd("killed", PATIENCE_SECONDS);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      // turin has not answered the job in time: it is drawn, and its cohort runs without it
      assertThat(alliance.rounds("killed"))
          .hasSize(4)
          .extracting(RoundSummary::getCohortSize)
          .containsOnly(3, 4);
      assertThat(alliance.auditText())
          .contains("\"cohorts\":\"2\"")
          .contains("\"members\":\"8\",\"number\":\"0\"");
    }
  }

  /** T_all = 5 of 8: seven are in the list, and four of them are left to sign it. */
  @Test
  void aJobDoesNotWaitForADrawThatCannotGoOn() throws Exception {
    List<String> gone = EIGHT.subList(0, 3);
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), EIGHT)) {
      alliance.roundSettings(
          ", cohort-size: 4, draw-colluders: 0, draw-wait-seconds: 6, consent-wait-seconds: 3");
      alliance.startCoordinator();
      for (String member : EIGHT.subList(0, 7)) {
        alliance.startAgent(member);
      }
      alliance.submit(TestAlliance.job("stopped", 1).build());
      awaitWaiting(alliance, "COMMITTING: waiting for turin");
      gone.forEach(member -> alliance.agents.remove(member).close());
      JobSummary stopped = alliance.awaitEnd("stopped", PATIENCE_SECONDS);
      assertThat(stopped.getState()).isEqualTo("FAILED");
      assertThat(stopped.getReason())
          .contains("SIGNING: waiting for boston, budapest, cleveland")
          .contains("takes 5 of lyon, oslo, porto, turin, zurich, and 4 of them are connected")
          .contains("start those agents, or change the roster, and submit the job again");
      for (String member : gone) {
        alliance.startAgent(member);
      }
      alliance.submit(TestAlliance.job("again", 1).build());
      JobSummary again = alliance.awaitEnd("again", PATIENCE_SECONDS);
      assertThat(again.getState()).as(again.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.auditText()).contains("\"members\":\"7\",\"number\":\"0\"");
    }
  }

  private static void awaitWaiting(TestAlliance alliance, String words) throws Exception {
    long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    String last = "";
    while (System.nanoTime() < end) {
      for (JobSummary job :
          alliance.operator().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList()) {
        last = job.toString();
        if (job.getWaitingFor().endsWith(words)) {
          return;
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the job never waits for '" + words + "': " + last);
  }
}
