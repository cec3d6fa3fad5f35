package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.certs.Genesis;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real process is killed with SIGKILL at exactly one point of the first round and started again:
 * once everyone is back, the same round commits, with every accepted update counted once, and no
 * token is used twice.
 */
@Tag("slow")
class CrashTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after:ATTEMPT_OPENED",
        "after:UPLOAD_ACCEPTED",
        "before:CERTIFICATE_CHOSEN",
        "after:CERTIFICATE_CHOSEN",
        "before:RECORDED"
      })
  void coordinatorKilled(String point) throws Exception {
    run("coordinator", point);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trained", "before:upload", "after:upload"})
  void agentKilled(String point) throws Exception {
    run("zurich", point);
  }

  private void run(String victim, String point) throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy());
        Processes processes = new Processes(alliance)) {
      alliance.dropGraceSeconds(60);
      Processes.Child paused =
          processes.start("coordinator", victim.equals("coordinator") ? point : "");
      for (String member : TestAlliance.MEMBERS) {
        Processes.Child agent = processes.start(member, victim.equals(member) ? point : "");
        paused = victim.equals(member) ? agent : paused;
      }
      alliance.submit(TestAlliance.job("crash", 1).build());
      paused.await("PAUSED " + point);
      processes.kill(victim);
      processes.start(victim, "");
      JobSummary job = alliance.awaitEnd("crash", PATIENCE_SECONDS);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      List<RoundSummary> rounds = alliance.rounds("crash");
      assertThat(rounds).hasSize(2);
      for (RoundSummary round : rounds) {
        assertThat(round.getPhase()).isEqualTo("COMMITTED");
        assertThat(round.getAttempt()).as("the same attempt commits").isZero();
        assertThat(round.getSurvivorsList()).as("every update is counted").hasSize(4);
        assertThat(round.getTotalWeight()).as("and counted once").isCloseTo(4 * 30.0, within(0.1));
      }
      assertThat(rounds.get(0).getTotalWeight()).isEqualTo(rounds.get(1).getTotalWeight());
      processes.end("coordinator");
    }
    requireOneTaskPerToken();
  }

  private void requireOneTaskPerToken() {
    LogVerifierKey key =
        LogVerifierKey.parse(Genesis.load(root.resolve("genesis.json")).logVkey().value());
    Path log = root.resolve("coordinator/audit-log");
    assertThat(AuditVerifier.verify(log, key).size()).isPositive();
    Map<String, Set<String>> tasksByToken = new LinkedHashMap<>();
    AuditQuery.run(log, key, AuditFilter.ALL.ofType(EntryType.PHASE))
        .forEach(
            logged ->
                tasksByToken
                    .computeIfAbsent(
                        logged.entry().details().get("token"), token -> new HashSet<>())
                    .add(logged.entry().digests().get("task")));
    assertThat(tasksByToken)
        .isNotEmpty()
        .allSatisfy((token, tasks) -> assertThat(tasks).hasSize(1));
  }
}
