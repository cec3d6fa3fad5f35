package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.cli.Main;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites whose state is lost in the middle of a job. */
class LossesInAJobTest {
  private static final String JOB = "goes-on";

  @TempDir Path root;

  private void lose(TestAlliance alliance, String member) throws Exception {
    alliance.agents.remove(member).close();
    try (Stream<Path> all = Files.walk(alliance.home(member).resolve("state"))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    alliance.startAgent(member);
  }

  private static void awaitRounds(TestAlliance alliance, int committed) throws Exception {
    while (committed(alliance).size() < committed) {
      Thread.sleep(50);
    }
  }

  private static List<RoundSummary> committed(TestAlliance alliance) throws IOException {
    return alliance.rounds(JOB).stream()
        .filter(round -> round.getPhase().equals("COMMITTED"))
        .toList();
  }

  /** The empty store cannot tell what was summed before: a person decides anew. */
  private static void approve(TestAlliance alliance) throws Exception {
    Path config = alliance.agentConfig("zurich");
    List<String> line =
        List.of(
            "approval",
            "accept",
            JOB,
            "--as",
            alliance.home("approver").toString(),
            "--config",
            config.toString());
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    long end = System.nanoTime() + 30_000_000_000L;
    while (Main.run(line.toArray(String[]::new), nowhere, nowhere) != 0) {
      assertThat(System.nanoTime()).as("nobody is asked").isLessThan(end);
      Thread.sleep(200);
    }
  }

  /** n = 4 tolerates one: the others go on, and a later epoch has the new store. */
  @Test
  void oneLostStoreIsAnsweredAndTakesPartAgain() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.approval("{purposes: [medical-research], approvers: [approver]}");
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job(JOB, 140).setDeadlineSeconds(60).build());
      awaitRounds(alliance, 3);
      lose(alliance, "zurich");
      approve(alliance);
      JobSummary job = alliance.awaitEnd(JOB, 300);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      List<RoundSummary> rounds = committed(alliance);
      assertThat(rounds.get(rounds.size() - 1).getSurvivorsList()).contains("zurich");
      assertThat(alliance.auditText()).contains("person:approver");
      assertThat(rounds).anySatisfy(round -> assertThat(round.getDroppedList()).contains("zurich"));
      assertThat(rounds)
          .as("no round waited for it")
          .allSatisfy(
              round ->
                  assertThat(round.getEndedMillis() - round.getStartedMillis())
                      .as(round.toString())
                      .isLessThan(45_000));
    }
  }

  /** Two lost stores are more than n = 4 tolerates: nothing of the open token can ever be done. */
  @Test
  void moreLostStoresThanAreToleratedEndTheJobByName() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job(JOB, 2000).setDeadlineSeconds(60).build());
      awaitRounds(alliance, 3);
      lose(alliance, "zurich");
      lose(alliance, "boston");
      JobSummary job = alliance.awaitEnd(JOB, 120);
      assertThat(job.getState()).isEqualTo("FAILED");
      assertThat(job.getReason()).contains("boston").contains("zurich").contains("STORE_LOST");
    }
  }
}
