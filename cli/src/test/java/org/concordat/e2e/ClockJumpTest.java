package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that sleep past the end of their certificates, and clocks that are apart. */
class ClockJumpTest {
  @TempDir Path root;

  /**
   * An hour, seen by a jump of the wall clock: connections may be dead, certificates over. Each
   * site opens its session on a new connection, nobody restarts anything. (That a leaf is renewed
   * by the wall clock when it is used is tested in certs: the JDK looks at the machine's own.)
   */
  @Test
  void afterASleepEverybodyIsBackWithinAMinute() throws Exception {
    SettableClock clock = new SettableClock(Instant.now());
    try (TestAlliance alliance =
        new TestAlliance(root, WholeRoundTest.policy(), TestAlliance.MEMBERS, clock)) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("before", 1).build());
      assertThat(alliance.awaitEnd("before", 60).getState()).isEqualTo("COMPLETED");
      clock.advance(Duration.ofHours(1));
      long woke = clock.millis();
      long end = System.nanoTime() + 60_000_000_000L;
      while (!allSince(alliance, woke)) {
        assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
        Thread.sleep(100);
      }
      alliance.submit(TestAlliance.job("after", 1).build());
      JobSummary after = alliance.awaitEnd("after", 60);
      assertThat(after.getState()).as(after.toString()).isEqualTo("COMPLETED");
      assertThat(after.getMembersList()).hasSize(4);
    }
  }

  private static boolean allSince(TestAlliance alliance, long millis) throws Exception {
    return alliance.operator().status(StatusRequest.getDefaultInstance()).getMembersList().stream()
        .filter(member -> TestAlliance.MEMBERS.contains(member.getMember()))
        .allMatch(member -> member.getConnected() && member.getSinceMillis() >= millis);
  }

  @Test
  void clocksThatAreApartAreNamedWithBothTimes() throws Exception {
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-2));
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      try (Agent late =
          Agent.start(
              AgentConfig.read(alliance.agentConfig("zurich")), "test", behind, point -> {})) {
        JsonNode status = null;
        long end = System.nanoTime() + 20_000_000_000L;
        do {
          Thread.sleep(50);
          Path file = alliance.home("zurich").resolve("status.json");
          status = new ObjectMapper().readTree(Files.readAllBytes(file));
        } while (!status.path("connected").asBoolean() && System.nanoTime() < end);
        assertThat(status.path("clock").asText())
            .contains("this site's clock says ")
            .contains("the coordinator's ")
            .containsPattern("1[12][0-9] s apart")
            .contains("Next: ");
      }
    }
  }
}
