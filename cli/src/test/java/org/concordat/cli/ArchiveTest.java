package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unpacked archive, with bash, a Java runtime, and nothing else: no Maven, and no network. */
@Tag("slow")
class ArchiveTest {
  private static final List<String> TOOLS = List.of("bash");

  @TempDir Path temp;

  @Test
  void theArchiveRunsTheDemoWithAJavaRuntimeAlone() throws IOException, InterruptedException {
    Path archive = archive();
    run(temp, "tar", "xzf", archive.toString(), "-C", temp.toString());
    Path home;
    try (Stream<Path> unpacked = Files.list(temp)) {
      home =
          unpacked.filter(path -> Files.isDirectory(path.resolve("bin"))).findFirst().orElseThrow();
    }
    assertWhole(home);
    run(temp, home.resolve("bin/concordat").toString(), "share-classes");
    try (Stream<Path> lib = Files.list(home.resolve("lib"))) {
      assertThat(lib.map(file -> file.getFileName().toString()))
          .as("one whole archive, and nothing beside it")
          .filteredOn(name -> name.startsWith("classes-"))
          .singleElement()
          .asString()
          .matches("classes-[0-9]+\\.jsa");
    }
    Path out = temp.resolve("out.txt");
    Path err = temp.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command(home)).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools().toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HOME", temp.resolve("home").toString());
    Process process = builder.start();
    assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    List<String> lines = Files.readAllLines(out);
    JsonNode result = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    assertThat(result.path("audit").path("verified").asBoolean()).isTrue();
    assertThat(result.path("roundsCommitted").asInt()).isEqualTo(4);
  }

  private static Path archive() throws IOException {
    try (Stream<Path> built = Files.list(Cli.root().resolve("cli/target"))) {
      List<Path> archives = built.filter(file -> file.toString().endsWith(".tar.gz")).toList();
      assumeThat(archives).as("no archive was made (skip.archives)").isNotEmpty();
      return archives.get(0);
    }
  }

  private static void assertWhole(Path home) throws IOException {
    for (String file :
        List.of(
            "LICENSE",
            "NOTICE",
            "THIRD-PARTY.txt",
            "bom.json",
            "lib/trainer/THIRD-PARTY.txt",
            "examples/policies/demo.yaml")) {
      assertThat(home.resolve(file)).exists();
    }
    try (Stream<Path> lib = Files.list(home.resolve("lib"))) {
      assertThat(lib.map(jar -> jar.getFileName().toString()))
          .noneMatch(name -> name.matches("(nd4j|deeplearning4j|openblas|javacpp).*"));
    }
  }

  /** In a network of its own with nothing but a loopback, where the system lets us make one. */
  private List<String> command(Path home) throws IOException, InterruptedException {
    List<String> demo =
        List.of(
            home.resolve("bin/concordat").toString(), "demo", "--rounds", "4", "--output", "json");
    Process tried =
        new ProcessBuilder("unshare", "-rn", "sh", "-c", "ip link set lo up")
            .redirectErrorStream(true)
            .start();
    if (tried.waitFor() != 0) {
      System.out.println(
          "SKIPPED: this system lets us make no network namespace; the demo runs with the network there is");
      return demo;
    }
    List<String> isolated =
        new ArrayList<>(
            List.of(
                "/usr/bin/unshare",
                "-rn",
                "/bin/sh",
                "-c",
                "/sbin/ip link set lo up && exec \"$@\"",
                "sh"));
    isolated.addAll(demo);
    return isolated;
  }

  private Path tools() throws IOException {
    Path tools = Files.createDirectories(temp.resolve("tools"));
    for (String tool : TOOLS) {
      for (String directory : List.of("/usr/bin", "/bin")) {
        if (Files.exists(Path.of(directory, tool)) && !Files.exists(tools.resolve(tool))) {
          Files.copy(
              Path.of(directory, tool),
              tools.resolve(tool),
              java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return tools;
  }

  private static void run(Path directory, String... command)
      throws IOException, InterruptedException {
    assertThat(
            new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start().waitFor())
        .isZero();
  }
}
