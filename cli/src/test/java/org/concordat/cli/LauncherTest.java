package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clone's start script builds when contents differ from what was built, whatever the times. */
class LauncherTest {
  @TempDir Path temp;
  private Path clone;
  private Path tools;

  @BeforeEach
  void makeAClone() throws IOException {
    clone = Files.createDirectories(temp.resolve("clone"));
    Files.copy(
        Cli.root().resolve("concordat"),
        clone.resolve("concordat"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(clone.resolve("pom.xml"), "<project>\n  <version>9</version>\n</project>\n");
    Files.createDirectories(clone.resolve("cli/src/main"));
    Files.writeString(clone.resolve("cli/src/main/A.java"), "class A {}\n");
    Files.createDirectories(clone.resolve("cli/src/test"));
    tools = Files.createDirectories(temp.resolve("tools"));
    script(
        tools.resolve("mvn"),
        """
        #!/bin/bash
        echo built >> "$PWD/builds"
        mkdir -p cli/target/concordat-9/bin
        printf '#!/bin/bash\\necho ran "$@"\\n' > cli/target/concordat-9/bin/concordat
        chmod +x cli/target/concordat-9/bin/concordat
        """);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** How often it has been built once the command has run. */
  private long builds(Path where) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(where.resolve("concordat").toString(), "--version")
            .redirectErrorStream(true);
    builder.environment().merge("PATH", tools.toString(), (path, own) -> own + ":" + path);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("ran --version");
    try (Stream<String> lines = Files.lines(where.resolve("builds"))) {
      return lines.count();
    }
  }

  @Test
  void contentsDecideAndNotTimes() throws Exception {
    assertThat(builds(clone)).isEqualTo(1);
    assertThat(builds(clone)).as("the same again").isEqualTo(1);
    Path source = clone.resolve("cli/src/main/A.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(3600)));
    assertThat(builds(clone)).as("touched").isEqualTo(1);
    Path copy = temp.resolve("copy");
    try (Stream<Path> files = Files.walk(clone)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(clone.relativize(file).toString()));
      }
    }
    for (String executable : new String[] {"concordat", "cli/target/concordat-9/bin/concordat"}) {
      Files.setPosixFilePermissions(
          copy.resolve(executable), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertThat(builds(copy)).as("a copy of a built clone").isEqualTo(1);
    Files.writeString(clone.resolve("cli/src/test/ATest.java"), "class ATest {}\n");
    assertThat(builds(clone)).as("tests do not count").isEqualTo(1);
    Files.writeString(source, "class A { int b; }\n");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    assertThat(builds(clone)).as("another content under an old time").isEqualTo(2);
    assertThat(builds(clone)).isEqualTo(2);
    Files.move(source, source.resolveSibling("B.java"));
    assertThat(builds(clone)).as("another name").isEqualTo(3);
  }
}
