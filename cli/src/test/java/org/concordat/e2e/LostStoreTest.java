package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A site whose store was lost, or put back from an old copy: it says so, asks the others, takes
 * part again above what they know, and a person decides about its next job, since it cannot tell
 * what was opened of its data.
 */
class LostStoreTest {
  private static final String LOST = "zurich";

  /** So long after a session began, the coordinator opens an epoch with the new store. */
  private static final long NEW_EPOCH_MILLIS = 4000;

  private static final String RULE =
      "{purposes: [medical-research], approvers: [approver],"
          + " further-jobs: {sums: 1000000, members: any}}";

  @TempDir Path root;

  private static String status(TestAlliance alliance, String key) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(alliance.home(LOST).resolve("status.json")))
        .path(key)
        .asText();
  }

  private static String await(TestAlliance alliance, String key, Predicate<String> is)
      throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < end) {
      if (is.test(status(alliance, key))) {
        return status(alliance, key);
      }
      Thread.sleep(20);
    }
    throw new AssertionError(key + " is " + status(alliance, key));
  }

  private static void approve(TestAlliance alliance, String job, String reason) throws Exception {
    Inbox inbox = Inbox.open(alliance.home(LOST));
    long end = System.nanoTime() + 30_000_000_000L;
    while (inbox.find(job).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    Request request = inbox.find(job).orElseThrow();
    assertThat(String.join("\n", request.reasons())).contains(reason);
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

  private static void completesWithAll(TestAlliance alliance, String job) throws Exception {
    JobSummary ended = alliance.awaitEnd(job, 90);
    assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
    List<RoundSummary> rounds = alliance.rounds(job);
    assertThat(rounds.get(rounds.size() - 1).getSurvivorsList()).as(rounds.toString()).hasSize(4);
  }

  private static void start(TestAlliance alliance) throws Exception {
    alliance.approval(RULE);
    alliance.startCoordinator();
    alliance.startAgents();
    alliance.submit(TestAlliance.job("first", 2).build());
    completesWithAll(alliance, "first");
    assertThat(alliance.home(LOST).resolve("state/incarnation")).as("taken").doesNotExist();
  }

  @Test
  void aSiteWhoseStateIsGoneAsksAndGoesOn() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      start(alliance);
      String before = status(alliance, "store");
      alliance.agents.remove(LOST).close();
      delete(alliance.home(LOST).resolve("state"));
      alliance.startAgent(LOST);
      String after = await(alliance, "store", store -> store.matches("[0-9a-f]{8}"));
      assertThat(after).isNotEqualTo(before);
      Thread.sleep(NEW_EPOCH_MILLIS);
      alliance.submit(TestAlliance.job("second", 3).build());
      approve(alliance, "second", "this site's state was lost or is new");
      completesWithAll(alliance, "second");
    }
  }

  @Test
  void aSiteWithAnOldCopyNoticesAndGoesOnAsANewStore() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      start(alliance);
      String before = status(alliance, "store");
      alliance.agents.remove(LOST).close();
      Path copy = root.resolve("copy");
      copy(alliance.home(LOST).resolve("state"), copy);
      alliance.startAgent(LOST);
      alliance.submit(TestAlliance.job("second", 3).build());
      completesWithAll(alliance, "second");
      Thread.sleep(1500); // the coordinator notes last statements once a second
      alliance.agents.remove(LOST).close();
      delete(alliance.home(LOST).resolve("state"));
      copy(copy, alliance.home(LOST).resolve("state"));
      alliance.startAgent(LOST);
      assertThat(await(alliance, "lastAlarm", alarm -> alarm.contains("is an old copy")))
          .contains(before)
          .contains("state/ is never restored");
      await(alliance, "store", store -> store.matches("[0-9a-f]{8}") && !store.equals(before));
      Thread.sleep(NEW_EPOCH_MILLIS);
      alliance.submit(TestAlliance.job("third", 3).build());
      approve(alliance, "third", "this site's state was lost or is new");
      completesWithAll(alliance, "third");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
