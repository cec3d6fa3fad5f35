package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
  private final Map<String, Child> children = new LinkedHashMap<>();

  /** A child process and what it prints. */
  private static final class Child {
    final Process process;
    final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Child(Process process) {
      this.process = process;
      Thread reader =
          new Thread(
              () -> {
                try (BufferedReader in =
                    new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                  String line;
                  while ((line = in.readLine()) != null) {
                    lines.add(line);
                  }
                } catch (java.io.IOException gone) {
                  // the process was killed
                }
              });
      reader.setDaemon(true);
      reader.start();
    }

    String await(String prefix) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      List<String> seen = new ArrayList<>();
      while (System.nanoTime() < end) {
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null) {
          seen.add(line);
          if (line.startsWith(prefix)) {
            return line;
          }
        }
      }
      throw new AssertionError("no line '" + prefix + "' came; there were " + seen);
    }
  }

  private Child start(TestAlliance alliance, String who, String point) throws Exception {
    Path config =
        who.equals("coordinator") ? alliance.coordinatorConfig() : alliance.agentConfig(who);
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.util.logging.config.file=" + alliance.loggingConfig(),
                "-cp",
                System.getProperty("java.class.path"),
                ProcessMain.class.getName(),
                who.equals("coordinator") ? "coordinator" : "agent",
                config.toString()));
    if (!point.isEmpty()) {
      line.add(point);
    }
    Child child =
        new Child(
            new ProcessBuilder(line)
                .redirectError(
                    alliance.home(who).resolve("stderr-" + System.nanoTime() + ".log").toFile())
                .start());
    children.put(who, child);
    String ready = child.await("READY ");
    if (who.equals("coordinator")) {
      alliance.port(Integer.parseInt(ready.substring("READY ".length())));
    }
    return child;
  }

  private void kill(String who) throws InterruptedException {
    Process process = children.remove(who).process;
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

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
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.dropGraceSeconds(60);
      Child paused = start(alliance, "coordinator", victim.equals("coordinator") ? point : "");
      for (String member : TestAlliance.MEMBERS) {
        Child agent = start(alliance, member, victim.equals(member) ? point : "");
        paused = victim.equals(member) ? agent : paused;
      }
      alliance.submit(TestAlliance.job("crash", 1).build());
      paused.await("PAUSED " + point);
      kill(victim);
      start(alliance, victim, "");
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
    } finally {
      for (String who : List.copyOf(children.keySet())) {
        kill(who);
      }
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
