package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole demo as a process, with everything that it starts. */
@Tag("slow")
class DemoTest {
  @TempDir static Path temp;
  private static Path home;

  /** An installation made of links into the build. */
  @BeforeAll
  static void install() throws IOException {
    home = Cli.root().resolve("cli/target/linked-installation");
    Path trainer = Files.createDirectories(home.resolve("lib/trainer"));
    link(home.resolve("examples"), Cli.root().resolve("examples"));
    try (Stream<Path> stale = Files.list(trainer)) {
      for (Path link : stale.toList()) {
        Files.delete(link);
      }
    }
    Path target = Cli.root().resolve("trainer-dl4j/target");
    assertThat(target.resolve("lib"))
        .as("run 'mvn package' on the whole build first")
        .isDirectory();
    try (Stream<Path> jars = Stream.concat(Files.list(target.resolve("lib")), Files.list(target))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        link(trainer.resolve(jar.getFileName()), jar);
      }
    }
  }

  private static void link(Path link, Path target) throws IOException {
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, target);
  }

  private static Child demo(Object... options) throws IOException {
    Object[] all = Stream.concat(Stream.of("demo"), Stream.of(options)).toArray();
    return Child.start(temp, List.of("-Dconcordat.home=" + home), all);
  }

  private static JsonNode last(Child demo) throws IOException {
    String[] lines = demo.out().strip().split("\n");
    return new ObjectMapper().readTree(lines[lines.length - 1]);
  }

  @Test
  void fourHospitalsTrainOneModelAndOneIsLostAndComesBack()
      throws IOException, InterruptedException {
    Path kept = temp.resolve("kept");
    try (Child demo = demo("--keep", kept, "--output", "json")) {
      assertThat(demo.await(400)).as(demo.err()).isZero();
      JsonNode result = last(demo);
      assertThat(result.fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder(
              "roundsCommitted",
              "members",
              "dropped",
              "rejoined",
              "accuracy",
              "audit",
              "secondsToFirstRound",
              "seconds");
      assertThat(result.path("secondsToFirstRound").asDouble())
          .isPositive()
          .isLessThan(result.path("seconds").asDouble());
      assertThat(result.path("roundsCommitted").asInt()).isEqualTo(10);
      assertThat(result.path("members")).hasSize(4);
      assertThat(result.path("dropped").toString()).isEqualTo("[\"zurich\"]");
      assertThat(result.path("rejoined")).isEqualTo(result.path("dropped"));
      double federated = result.path("accuracy").path("federated").asDouble();
      assertThat(federated)
          .isGreaterThan(0.9)
          .isGreaterThan(result.path("accuracy").path("localMean").asDouble());
      assertThat(result.path("audit").path("verified").asBoolean()).isTrue();
    }
    assertThat(kept.resolve("coordinator/audit-log/checkpoint")).exists();
    assertThat(kept.resolve("coordinator/audit-log/log.vkey")).exists();
    assertThat(kept.resolve("coordinator/audit-log/tile")).isDirectory();
    assertKeptCommandsWork(kept);
  }

  private static void assertKeptCommandsWork(Path kept) throws IOException {
    Path log = kept.resolve("coordinator/audit-log");
    assertThat(
            Cli.json("audit", "verify", "--genesis", kept.resolve("genesis.json"), log)
                .path("verified")
                .asBoolean())
        .isTrue();
    assertThat(Cli.run("alliance", "show", kept.resolve("genesis.json")).code()).isZero();
    assertThat(
            Cli.run(
                    "audit",
                    "query",
                    "--type",
                    "model-release",
                    "--genesis",
                    kept.resolve("genesis.json"),
                    "--dir",
                    log)
                .out())
        .contains("model-release");
    assertThat(Cli.run("agent", "status", "--config", kept.resolve("zurich/agent.yaml")).out())
        .contains("zurich");
    Matcher listen =
        Pattern.compile("listen: (127\\.0\\.0\\.1:[1-9][0-9]*)")
            .matcher(Files.readString(kept.resolve("coordinator/coordinator.yaml")));
    assertThat(listen.find()).as("a port to start it again on").isTrue();
    assertThat(kept.resolve("zurich/agent.yaml")).content().contains(listen.group(1));
    // a directory that is not empty is refused, and nothing in it is touched
    Cli again = Cli.run("demo", "--keep", kept);
    assertThat(again.code()).isIn(3, 6);
  }

  @Test
  void ctrlCLeavesNothingRunningAndNothingBehind() throws IOException, InterruptedException {
    assumeThat(ignoresInterrupts())
        .as("begun in the background of a shell: Ctrl-C is ignored")
        .isFalse();
    try (Child demo = demo()) {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (!demo.out().contains("agent start") && System.nanoTime() < until) {
        Thread.sleep(50);
      }
      Thread.sleep(1000);
      List<ProcessHandle> children = demo.process().descendants().toList();
      assertThat(children).isNotEmpty();
      new ProcessBuilder("kill", "-INT", String.valueOf(demo.process().pid())).start().waitFor();
      assertThat(demo.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.process().exitValue()).isEqualTo(130);
      for (ProcessHandle child : children) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (child.isAlive() && System.nanoTime() < end) {
          Thread.sleep(50);
        }
        assertThat(child.isAlive()).as(String.valueOf(child.info().commandLine())).isFalse();
      }
      Path directory =
          Path.of(demo.out().lines().findFirst().orElseThrow().replaceAll("^[^/]*(/\\S+).*", "$1"));
      assertThat(directory).doesNotExist();
    }
  }

  /** A shell without job control makes what it begins in the background ignore SIGINT. */
  private static boolean ignoresInterrupts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  @Test
  void theHeartDataOfFourRealHospitalsIsRecognised() throws IOException, InterruptedException {
    Path heart = Cli.root().resolve("../shared/data/heart-disease").normalize();
    if (!Files.isDirectory(heart)) {
      System.out.println("SKIPPED: " + heart + " is not on this machine");
    }
    assumeThat(heart).isDirectory();
    try (Child demo = demo("--data", heart, "--output", "json")) {
      assertThat(demo.await(400)).as(demo.err()).isZero();
      assertThat(last(demo).path("accuracy").path("federated").asDouble()).isGreaterThan(0.65);
    }
  }
}
