package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswer.JobRound;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member lost its store, and another one says of it what never was: epochs and rounds far ahead,
 * which would keep the new store out of all that come. Five members: three answers are enough, and
 * the three honest ones count.
 */
@Tag("slow")
@Timeout(240)
class LyingAnswersTest {
  private static final List<String> FIVE =
      List.of("boston", "budapest", "cleveland", "lyon", "zurich");
  private static final String LIAR = "lyon";
  private static final String LOST = "zurich";

  /** So long after a session began, the coordinator opens an epoch with the new store. */
  private static final long NEW_EPOCH_MILLIS = 4000;

  @TempDir Path root;

  private static StoreAnswer saying(StoreAnswer honest, long epoch, List<JobRound> rounds) {
    return new StoreAnswer(
        honest.asker(),
        honest.incarnation(),
        honest.rosterDigest(),
        honest.nonce(),
        epoch,
        honest.draws(),
        rounds);
  }

  private static String store(TestAlliance alliance) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home(LOST).resolve("status.json")))
        .path("store")
        .asText();
  }

  private static void lose(TestAlliance alliance) throws Exception {
    String before = store(alliance);
    alliance.agents.remove(LOST).close();
    try (Stream<Path> all = Files.walk(alliance.home(LOST).resolve("state"))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    alliance.startAgent(LOST);
    long end = System.nanoTime() + 30_000_000_000L;
    while (!store(alliance).matches("[0-9a-f]{8}") || store(alliance).equals(before)) {
      assertThat(System.nanoTime()).as(store(alliance)).isLessThan(end);
      Thread.sleep(50);
    }
    Thread.sleep(NEW_EPOCH_MILLIS);
  }

  private static void approve(TestAlliance alliance, String job) throws Exception {
    Inbox inbox = Inbox.open(alliance.home(LOST));
    long end = System.nanoTime() + 30_000_000_000L;
    while (inbox.find(job).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    Request request = inbox.find(job).orElseThrow();
    Envelopes envelopes =
        new Envelopes(
            "test",
            "approver",
            alliance.keys.get("approver")::sign,
            (sender, message, signature) -> false,
            1);
    inbox.answer(
        request,
        envelopes.seal(
            Inbox.APPROVAL_TYPE,
            0,
            0,
            Inbox.approval(request, true, "", Instant.now()).toByteArray()));
  }

  private static void completes(TestAlliance alliance, String job) throws Exception {
    JobSummary ended = alliance.awaitEnd(job, 90);
    assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
  }

  private void takesPartAgain(UnaryOperator<StoreAnswer> lie) throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), FIVE)) {
      alliance.approval(
          "{purposes: [medical-research], approvers: [approver],"
              + " further-jobs: {sums: 1000000, members: any}}");
      alliance.startCoordinator();
      for (String member : FIVE) {
        if (!member.equals(LIAR)) {
          alliance.startAgent(member);
        }
      }
      try (LyingMember liar = new LyingMember(alliance, LIAR, false, (task, wire) -> wire)) {
        alliance.submit(TestAlliance.job("first", 1).setDeadlineSeconds(10).build());
        completes(alliance, "first");
        liar.storeAnswers = lie;
        lose(alliance);
        alliance.submit(TestAlliance.job("second", 2).setDeadlineSeconds(10).build());
        approve(alliance, "second");
        completes(alliance, "second");
        List<RoundSummary> rounds = alliance.rounds("second");
        assertThat(rounds.get(rounds.size() - 1).getSurvivorsList()).contains(LOST);
      }
    }
  }

  @Test
  void epochsThatNeverWereKeepNobodyOut() throws Exception {
    takesPartAgain(honest -> saying(honest, 1_000_000, honest.rounds()));
  }

  @Test
  void roundsThatNeverWereKeepNobodyOut() throws Exception {
    takesPartAgain(
        honest -> saying(honest, honest.epoch(), List.of(new JobRound("second", 1_000_000))));
  }
}
