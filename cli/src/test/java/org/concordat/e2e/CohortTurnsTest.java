package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two jobs over the same two cohorts, each without another member. Without turns each ends up with
 * one cohort's epoch and waits for the other's for good.
 */
@Tag("slow")
class CohortTurnsTest {
  private static final List<String> EIGHT =
      List.of("boston", "cleveland", "budapest", "zurich", "lyon", "oslo", "porto", "turin");

  @TempDir Path root;

  private final AtomicReference<Runnable> onSum = new AtomicReference<>(() -> {});

  @Test
  void twoJobsDoNotHoldEachOthersEpochs() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy(), EIGHT)) {
      alliance.roundSettings(
          ", cohort-size: 4, draw-colluders: 0, draw-wait-seconds: 5, consent-wait-seconds: 20");
      alliance.startCoordinator(this::at);
      for (String member : EIGHT) {
        start(alliance, member, List.of("toy", "other"));
      }
      alliance.submit(TestAlliance.job("draw", 1).build());
      requireCompleted(alliance, "draw");
      List<String> first = survivors(alliance, 1);
      List<String> second = survivors(alliance, 2);
      start(alliance, first.get(0), List.of("other")); // takes no part in job one
      start(alliance, second.get(0), List.of("toy")); // nor this one in job two
      CountDownLatch held = new CountDownLatch(1);
      onSum.set(
          () -> {
            // the second cohort's members do not sign: the first one's round ends alone
            close(alliance, second.get(2));
            close(alliance, second.get(3));
            held.countDown();
          });
      alliance.submit(TestAlliance.job("one", 2).build());
      alliance.submit(TestAlliance.job("two", 2).setDataSet("other").build());
      assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(3000); // time for job two to take the first cohort's epoch
      start(alliance, second.get(2), List.of("toy", "other"));
      start(alliance, second.get(3), List.of("toy", "other"));
      requireCompleted(alliance, "one");
      requireCompleted(alliance, "two");
      assertThat(members(alliance, "one")).hasSize(7).doesNotContain(first.get(0));
      assertThat(members(alliance, "two")).hasSize(7).doesNotContain(second.get(0));
    }
  }

  /** Once, when the sums of job one's first round are there and its result is not out. */
  private void at(String point) {
    if (point.equals("before:SUM_APPLIED")) {
      Runnable now = onSum.getAndSet(() -> {});
      CompletableFuture.runAsync(now).orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private static void close(TestAlliance alliance, String member) {
    alliance.agents.remove(member).close();
  }

  private static void start(TestAlliance alliance, String member, List<String> dataSets)
      throws Exception {
    if (alliance.agents.containsKey(member)) {
      close(alliance, member);
    }
    Path config = alliance.agentConfig(member);
    String toy = Files.readString(config.resolveSibling("toy.yaml"));
    Files.writeString(config.resolveSibling("other.yaml"), toy.replace("name: toy", "name: other"));
    List<String> files = new ArrayList<>();
    dataSets.forEach(name -> files.add(name + ".yaml"));
    Files.writeString(
        config,
        Files.readString(config)
            .replace("data-sets: [toy.yaml]", "data-sets: [" + String.join(", ", files) + "]"));
    alliance.startAgentFrom(member, config);
  }

  private static List<String> survivors(TestAlliance alliance, int cohort) throws Exception {
    return alliance.rounds("draw").stream()
        .filter(round -> round.getRound() == 1 && round.getCohort() == cohort)
        .findFirst()
        .orElseThrow()
        .getSurvivorsList();
  }

  private static Set<String> members(TestAlliance alliance, String job) throws Exception {
    Set<String> members = new TreeSet<>();
    for (RoundSummary round : alliance.rounds(job)) {
      members.addAll(round.getSurvivorsList());
    }
    return members;
  }

  private static void requireCompleted(TestAlliance alliance, String name) throws Exception {
    JobSummary ended = alliance.awaitEnd(name, 90);
    assertThat(ended.getState()).as(ended + "\n" + alliance.rounds(name)).isEqualTo("COMPLETED");
  }
}
