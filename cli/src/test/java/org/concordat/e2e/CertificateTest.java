package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.concordat.agent.Agent;
import org.concordat.agent.AgentConfig;
import org.concordat.coordinator.Coordinator;
import org.concordat.coordinator.CoordinatorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates that are expired or of another alliance, in real handshakes: refused with a reason
 * that says what to check, nobody else is disturbed, and both sides stay up.
 */
class CertificateTest {
  private static final Clock NOW = Clock.systemUTC();
  private static final Clock LAST_WEEK = Clock.offset(NOW, Duration.ofDays(-7));

  @TempDir Path root;

  private static Agent agent(TestAlliance alliance, String member, Clock clock) throws Exception {
    return Agent.start(AgentConfig.read(alliance.agentConfig(member)), "test", clock, point -> {});
  }

  private static JsonNode await(TestAlliance alliance, String member, String key, String part)
      throws Exception {
    Path file = alliance.home(member).resolve("status.json");
    long end = System.nanoTime() + 20_000_000_000L;
    JsonNode last = null;
    while (System.nanoTime() < end) {
      if (Files.exists(file)) {
        last = new ObjectMapper().readTree(Files.readAllBytes(file));
        if (last.path(key).asText().contains(part)) {
          return last;
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no " + key + " with '" + part + "': " + last);
  }

  @Test
  void anExpiredAgentIsToldWhatToCheckAndOthersGoOn() throws Exception {
    try (TestAlliance alliance =
            new TestAlliance(root, WholeRoundTest.policy(), TestAlliance.MEMBERS, LAST_WEEK);
        Coordinator coordinator =
            Coordinator.start(
                CoordinatorConfig.read(alliance.coordinatorConfig()), "test", NOW, point -> {})) {
      alliance.port(coordinator.port());
      // its clock is a week behind: it issues itself a certificate that is over
      try (Agent late = agent(alliance, "zurich", LAST_WEEK)) {
        JsonNode status = await(alliance, "zurich", "lastError", "certificate");
        assertThat(status.path("connected").asBoolean()).isFalse();
        assertThat(status.path("lastError").asText()).contains("by this machine's clock");
        try (Agent good = agent(alliance, "boston", NOW)) {
          await(alliance, "boston", "connected", "true");
        }
      }
      try (Agent again = agent(alliance, "zurich", NOW)) {
        await(alliance, "zurich", "connected", "true");
      }
    }
  }

  @Test
  void anExpiredCoordinatorIsRefusedByItsName() throws Exception {
    try (TestAlliance alliance =
            new TestAlliance(root, WholeRoundTest.policy(), TestAlliance.MEMBERS, LAST_WEEK);
        Coordinator late =
            Coordinator.start(
                CoordinatorConfig.read(alliance.coordinatorConfig()),
                "test",
                LAST_WEEK,
                point -> {})) {
      alliance.port(late.port());
      try (Agent agent = agent(alliance, "zurich", NOW)) {
        JsonNode status = await(alliance, "zurich", "lastError", "certificate is refused");
        assertThat(status.path("connected").asBoolean()).isFalse();
      }
    }
  }

  @Test
  void theCoordinatorOfAnotherAllianceIsRefused() throws Exception {
    try (TestAlliance ours =
            new TestAlliance(
                Files.createDirectories(root.resolve("ours")), WholeRoundTest.policy());
        TestAlliance theirs =
            new TestAlliance(
                Files.createDirectories(root.resolve("theirs")), WholeRoundTest.policy())) {
      theirs.startCoordinator();
      ours.port(theirs.coordinator.port());
      try (Agent agent = agent(ours, "zurich", NOW)) {
        JsonNode status = await(ours, "zurich", "lastError", "certificate");
        assertThat(status.path("connected").asBoolean()).isFalse();
      }
      theirs.startAgent("boston");
      await(theirs, "boston", "connected", "true");
    }
  }
}
