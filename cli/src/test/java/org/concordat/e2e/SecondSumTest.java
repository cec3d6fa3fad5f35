package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.e2e.lies.Lies;
import org.concordat.e2e.lies.LyingCoordinator;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two sums over one model are one subtraction from somebody's update: a second job from a model
 * that was summed goes on only where a person at the site has agreed, whatever the rule for further
 * jobs allows, and whatever the coordinator says the job starts from.
 */
@Tag("slow")
@Timeout(240)
class SecondSumTest {
  private static final String RULE =
      "{purposes: [medical-research], approvers: [approver],"
          + " further-jobs: {sums: 1000000, members: any}}";

  @TempDir Path root;

  private static JobSpec first() {
    return TestAlliance.job(Lies.EARLIER, 1).build();
  }

  /** From the very same model. */
  private static JobSpec second() {
    return TestAlliance.job("second", 1).setInitialSeed(first().getInitialSeed()).build();
  }

  private static void completes(TestAlliance alliance, JobSpec job) throws Exception {
    assertThat(alliance.submit(job).getAccepted()).isTrue();
    JobSummary ended = alliance.awaitEnd(job.getJob(), 60);
    assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
  }

  private static String status(TestAlliance alliance, String member, String key)
      throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home(member).resolve("status.json")))
        .path(key)
        .asText();
  }

  /** The coordinator and every agent are processes; the coordinator swaps the model. */
  @Test
  void aCoordinatorThatSwapsInASummedModelIsRefusedByEverySite() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy());
        Processes processes = new Processes(alliance)) {
      alliance.approval(RULE);
      Processes.Child coordinator =
          processes.start(
              "coordinator", LyingCoordinator.class, alliance.coordinatorConfig().toString());
      Writer orders =
          new OutputStreamWriter(coordinator.process.getOutputStream(), StandardCharsets.UTF_8);
      for (String member : TestAlliance.MEMBERS) {
        processes.start(member, "");
      }
      completes(alliance, first());

      order(coordinator, orders, "model-summed-before");
      JobSpec swapped = TestAlliance.job("swapped", 1).setDeadlineSeconds(5).build();
      assertThat(alliance.submit(swapped).getAccepted()).isTrue();
      JobSummary ended = alliance.awaitEnd("swapped", 90);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getReason())
          .contains("MODEL_ALREADY_SUMMED")
          .contains("a second sum needs a person's approval here");
      assertThat(ended.getRoundsCommitted()).isZero();
      for (RoundSummary round : alliance.rounds("swapped")) {
        assertThat(round.getSurvivorsList()).as(round.toString()).isEmpty();
      }
      for (String member : TestAlliance.MEMBERS) {
        assertThat(status(alliance, member, "lastRefusal"))
            .as(member)
            .startsWith("MODEL_ALREADY_SUMMED (coordinator): I uploaded for model ");
      }

      order(coordinator, orders, "honest");
      completes(alliance, TestAlliance.job("after", 1).build());
    }
  }

  private static void order(Processes.Child coordinator, Writer orders, String line)
      throws Exception {
    orders.write(line + "\n");
    orders.flush();
    coordinator.await("DONE " + line);
  }

  private static Request asked(TestAlliance alliance, String member, String job) throws Exception {
    Inbox inbox = Inbox.open(alliance.home(member));
    long end = System.nanoTime() + 30_000_000_000L;
    while (inbox.find(job).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return inbox.find(job).orElseThrow();
  }

  private static void answer(
      TestAlliance alliance, String member, Request request, boolean accept) {
    Envelopes envelopes =
        new Envelopes(
            "test",
            "approver",
            alliance.keys.get("approver")::sign,
            (sender, message, signature) -> false,
            1);
    Inbox.open(alliance.home(member))
        .answer(
            request,
            envelopes.seal(
                Inbox.APPROVAL_TYPE,
                0,
                0,
                Inbox.approval(request, accept, "", Instant.now()).toByteArray()));
  }

  private static void askedEverywhere(TestAlliance alliance, JobSpec second, boolean accept)
      throws Exception {
    alliance.approval(RULE);
    alliance.startCoordinator();
    alliance.startAgents();
    completes(alliance, first());
    assertThat(alliance.submit(second).getAccepted()).isTrue();
    for (String member : TestAlliance.MEMBERS) {
      Request request = asked(alliance, member, "second");
      assertThat(request.reasons().get(0))
          .startsWith(
              "job '" + Lies.EARLIER + "' started from the very same model: the difference of the");
      answer(alliance, member, request, accept);
    }
  }

  /** The rule for further jobs allows any number of sums, and does not reach this. */
  @Test
  void anHonestSecondJobFromOneModelAsksAPersonAtEverySite() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      JobSpec learnsSlower = second().toBuilder().setServerLearningRate(0.5).build();
      askedEverywhere(alliance, learnsSlower, true);
      JobSummary ended = alliance.awaitEnd("second", 60);
      assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
      assertThat(alliance.rounds("second"))
          .allSatisfy(round -> assertThat(round.getSurvivorsList()).hasSize(4));
      for (String member : TestAlliance.MEMBERS) {
        assertThat(status(alliance, member, "lastRefusal")).isEmpty();
      }
    }
  }

  /**
   * What people agreed to is a second sum over the model that both jobs start from. A job that goes
   * on exactly as the first did, since data, plan and trainers are the same, ends at the next
   * model.
   */
  @Test
  void aPersonsWordCoversTheModelThatBothJobsStartFromAndNoLaterOne() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      askedEverywhere(alliance, second(), true);
      JobSummary ended = alliance.awaitEnd("second", 90);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getRoundsCommitted()).isEqualTo(1);
      assertThat(ended.getReason())
          .startsWith("round 2: ")
          .contains("MODEL_ALREADY_SUMMED")
          .contains("in job " + Lies.EARLIER + " round 2");
    }
  }

  @Test
  void wherePeopleSayNoThereIsNoSecondSum() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      askedEverywhere(alliance, second(), false);
      JobSummary ended = alliance.awaitEnd("second", 60);
      assertThat(ended.getState()).isEqualTo("FAILED");
      assertThat(ended.getRefusalsList()).hasSize(4);
      assertThat(alliance.rounds("second")).isEmpty();
    }
  }
}
