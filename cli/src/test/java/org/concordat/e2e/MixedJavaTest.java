package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two Javas on one wire: coordinator and two agents on the Java of this test, two agents on another
 * major version that is installed beside it. The members recompute each model and sign it, so that
 * a difference in a single bit would stop the job.
 */
@Tag("slow")
class MixedJavaTest {
  private static final List<String> ELSEWHERE = List.of("boston", "zurich");

  @TempDir Path root;
  private final List<Process> children = new ArrayList<>();

  @Test
  void membersOnAnotherJavaComputeTheSameModels() throws Exception {
    Path other = otherJava();
    if (other == null) {
      System.out.println("SKIPPED: no other Java beside " + System.getProperty("java.home"));
    }
    assumeThat(other).isNotNull();
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      for (String member : alliance.members) {
        if (ELSEWHERE.contains(member)) {
          startElsewhere(alliance, member, other);
        } else {
          alliance.startAgent(member);
        }
      }
      alliance.submit(
          TestAlliance.job("mixed", 3).setDeadlineSeconds(60).setWaitForAll(true).build());
      JobSummary job = alliance.awaitEnd("mixed", 120);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      for (RoundSummary round : alliance.rounds("mixed")) {
        assertThat(round.getSurvivorsList()).as(round.toString()).hasSize(4);
      }
    } finally {
      for (Process child : children) {
        child.destroy();
        child.waitFor(10, TimeUnit.SECONDS);
        child.destroyForcibly();
      }
    }
  }

  private void startElsewhere(TestAlliance alliance, String member, Path java) throws IOException {
    children.add(
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.util.logging.config.file=" + alliance.loggingConfig(),
                "-cp",
                System.getProperty("java.class.path"),
                ProcessMain.class.getName(),
                "agent",
                alliance.agentConfig(member).toString())
            .redirectErrorStream(true)
            .redirectOutput(alliance.home(member).resolve("log.txt").toFile())
            .start());
  }

  /** A Java of another major version, 17 or newer, among the folders beside this one's; or null. */
  private static Path otherJava() throws IOException {
    Path home = Path.of(System.getProperty("java.home")).toRealPath();
    String own = String.valueOf(Runtime.version().feature());
    try (Stream<Path> beside = Files.list(home.getParent())) {
      return beside
          .filter(found -> Files.isExecutable(found.resolve("bin/java")))
          .filter(found -> newEnough(major(found)) && !major(found).equals(own))
          .map(found -> found.resolve("bin/java"))
          .findFirst()
          .orElse(null);
    }
  }

  private static boolean newEnough(String major) {
    return major.matches("[0-9]{2}") && Integer.parseInt(major) >= 17;
  }

  private static String major(Path home) {
    try {
      return Files.readString(home.resolve("release"))
          .lines()
          .filter(line -> line.startsWith("JAVA_VERSION=\""))
          .map(line -> line.replaceAll("[^0-9]*([0-9]+).*", "$1"))
          .findFirst()
          .orElse("");
    } catch (IOException none) {
      return "";
    }
  }
}
