package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.function.Predicate;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.certs.Genesis;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member's state cannot be written for a while: it says so, takes no part meanwhile, and goes on
 * by itself. A trigger that fails every insert stands for the full disk: it needs no root and comes
 * at an exact moment.
 */
@Tag("slow")
class FullDiskTest {
  private static final String MEMBER = "zurich";
  private static final int ROUNDS = 40;

  @TempDir Path root;

  @Test
  void aMemberWhoseDiskIsFullIsMissedAndComesBack() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(
          TestAlliance.job("full", ROUNDS).setDeadlineSeconds(3).setWaitForAll(true).build());
      awaitRound(alliance, round -> round.getPhase().equals("COMMITTED"));
      fill(
          "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN"
              + " SELECT RAISE(ABORT, 'database or disk is full'); END");
      RoundSummary without = awaitRound(alliance, round -> round.getDroppedList().contains(MEMBER));
      JsonNode told = status();
      assertThat(told.path("lastAlarm").asText())
          .contains("state cannot be written")
          .contains("disk is full")
          .contains("free space below");
      assertThat(told.path("connected").asBoolean()).isFalse();
      fill("DROP TRIGGER full");
      RoundSummary with =
          awaitRound(
              alliance,
              round ->
                  round.getRound() > without.getRound()
                      && round.getSurvivorsList().contains(MEMBER));
      assertThat(with.getRound()).isLessThanOrEqualTo(ROUNDS + 1);
      JobSummary job = alliance.awaitEnd("full", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.getRoundsCommitted()).isEqualTo(ROUNDS + 1);
    }
    LogVerifierKey key =
        LogVerifierKey.parse(Genesis.load(root.resolve("genesis.json")).logVkey().value());
    assertThat(AuditVerifier.verify(root.resolve("coordinator/audit-log"), key).size())
        .isPositive();
  }

  private void fill(String sql) throws Exception {
    try (Connection store =
            DriverManager.getConnection(
                "jdbc:sqlite:" + root.resolve(MEMBER).resolve("state/state.sqlite"));
        Statement statement = store.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 10000");
      statement.execute(sql);
    }
  }

  private JsonNode status() throws Exception {
    Path file = root.resolve(MEMBER).resolve("status.json");
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  private static RoundSummary awaitRound(TestAlliance alliance, Predicate<RoundSummary> wanted)
      throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (System.nanoTime() < end) {
      for (RoundSummary round : alliance.rounds("full")) {
        if (wanted.test(round)) {
          return round;
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no such round: " + alliance.rounds("full"));
  }
}
