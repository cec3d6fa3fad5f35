package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two thousand half-open connections against a coordinator in a process of its own: rounds take as
 * long as without them, and whoever has a certificate comes in.
 */
@Tag("processes")
class FloodTest {
  private static final int HELD = 2_000;
  private static final int ROUNDS = 8;
  private static final int CALLERS = 10;

  @TempDir Path root;

  @Test
  void halfOpenConnectionsSlowNoRoundAndKeepNobodyOut() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy());
        Processes processes = new Processes(alliance)) {
      processes.start("coordinator", "");
      alliance.startAgents();
      medianMillis(alliance, "warm");
      long calm = medianMillis(alliance, "calm");
      long flooded;
      try (HalfOpenFlood flood = new HalfOpenFlood(alliance.port(), HELD)) {
        flooded = medianMillis(alliance, "flooded");
        for (int i = 0; i < CALLERS; i++) {
          comesIn(alliance);
        }
        System.out.println(
            "median round: " + calm + " ms, among " + flood.opened() + " strangers " + flooded);
      }
      // one entry a minute for each limit that was met
      assertThat(count(alliance.auditText(), "\"turnedAway\":")).isBetween(1, 6);
      assertThat(flooded).isLessThan(2 * calm + 250);
    }
  }

  private static void comesIn(TestAlliance alliance) throws Exception {
    ManagedChannel channel = alliance.channel("operator", Role.OPERATOR);
    try {
      OperationsGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .listJobs(ListJobsRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  private static long medianMillis(TestAlliance alliance, String job) throws Exception {
    assertThat(alliance.submit(TestAlliance.job(job, ROUNDS).build()).getAccepted()).isTrue();
    JobSummary ended = alliance.awaitEnd(job, 120);
    assertThat(ended.getState()).as(ended.toString()).isEqualTo("COMPLETED");
    List<Long> millis = alliance.rounds(job).stream().map(FloodTest::millis).sorted().toList();
    return millis.get(millis.size() / 2);
  }

  private static long millis(RoundSummary round) {
    assertThat(round.getPhase()).isEqualTo("COMMITTED");
    assertThat(round.getSurvivorsList()).hasSize(TestAlliance.MEMBERS.size());
    return round.getEndedMillis() - round.getStartedMillis();
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
