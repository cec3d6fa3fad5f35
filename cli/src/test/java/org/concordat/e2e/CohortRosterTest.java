package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member joins while a round over two cohorts is under way: who is in which cohort changes. */
@Tag("slow")
class CohortRosterTest {
  private static final List<String> EIGHT =
      List.of("boston", "cleveland", "budapest", "zurich", "lyon", "oslo", "porto", "turin");

  @TempDir Path root;

  private final AtomicReference<Runnable> onFreeze = new AtomicReference<>(() -> {});

  private TestAlliance alliance() throws Exception {
    TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), EIGHT);
    alliance.roundSettings(
        ", cohort-size: 5, draw-colluders: 0, draw-wait-seconds: 2, consent-wait-seconds: 5");
    alliance.startCoordinator(
        point -> {
          if (point.equals("before:SURVIVORS_FROZEN")) {
            CompletableFuture.runAsync(onFreeze.getAndSet(() -> {}))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
          }
        });
    alliance.startAgents();
    return alliance;
  }

  /**
   * Two of each cohort leave before they sign the survivors: nothing can be opened without them.
   */
  @Test
  void aRoundThatNeedsAnotherAttemptUnderAnotherRosterEndsItsJobAndSaysWhatToDo() throws Exception {
    try (TestAlliance alliance = alliance()) {
      alliance.submit(TestAlliance.job("drawn", 1).build());
      assertThat(alliance.awaitEnd("drawn", 90).getState()).isEqualTo("COMPLETED");
      List<String> leaving = new ArrayList<>();
      for (RoundSummary cohort : alliance.rounds("drawn").subList(0, 2)) {
        leaving.addAll(cohort.getSurvivorsList().subList(0, 2));
      }
      onFreeze.set(() -> leaving.forEach(member -> alliance.agents.remove(member).close()));
      alliance.submit(TestAlliance.job("changed", 2).build());
      awaitPhase(alliance, "changed", "VOIDING");
      Joining.join(alliance, "geneva");
      for (String member : leaving) {
        alliance.startAgent(member);
      }
      JobSummary ended = alliance.awaitEnd("changed", 90);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getReason())
          .contains("the roster changed while round 1 ran in its cohorts")
          .contains("geneva joined")
          .contains("needs another attempt")
          .contains("submit it as a new job");
      assertThat(alliance.rounds("changed"))
          .extracting(RoundSummary::getPhase)
          .containsOnly("ABORTED");
      // the way out: cohorts of the new roster, without the one that has no agent yet
      alliance.submit(TestAlliance.job("again", 1).build());
      assertThat(alliance.awaitEnd("again", 90).getState()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("again")).hasSize(4);
    }
  }

  @Test
  void aRoundThatNeedsNoneEndsInItsCohortsAndTheNextOneRunsInThoseOfTheNewRoster()
      throws Exception {
    try (TestAlliance alliance = alliance()) {
      alliance.submit(TestAlliance.job("goes-on", 30).build());
      awaitPhase(alliance, "goes-on", "COMMITTED");
      Joining.join(alliance, "geneva");
      JobSummary ended = alliance.awaitEnd("goes-on", 120);
      assertThat(ended.getState()).as(ended.getReason()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("goes-on")).hasSize(62);
      assertThat(alliance.auditText().split("\"cohortSize\"", -1)).as("two draws").hasSize(3);
    }
  }

  private static void awaitPhase(TestAlliance alliance, String job, String phase) throws Exception {
    for (int i = 0; i < 3000; i++) {
      if (alliance.rounds(job).stream().anyMatch(round -> round.getPhase().equals(phase))) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no round is " + phase);
  }
}
