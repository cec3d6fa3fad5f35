package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The start script with a Java that only says how it was called: class data is shared whole or not
 * at all, and whatever becomes of it, commands run.
 */
class ShareClassesTest {
  private static final String USED = "-XX:SharedArchiveFile=";

  @TempDir Path temp;
  private Path home;

  @BeforeEach
  void unpack() throws IOException {
    home = temp.resolve("concordat");
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("lib"));
    Files.copy(
        Cli.root().resolve("cli/src/dist/bin/concordat"),
        home.resolve("bin/concordat"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(home.resolve("lib/classes.lst"), "java/lang/Object\n");
    java("exit 0");
  }

  /** A Java 17 that writes what it is asked for, half, and goes on as {@code then} says. */
  private void java(String then) throws IOException {
    Path java = Files.createDirectories(temp.resolve("jre/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/bash
        [ "$1" = -version ] && { echo 'openjdk version "17.0.1"' >&2; exit 0; }
        for word in "$@"; do
          [ "$word" = -Xshare:dump ] && dump=yes
          case "$word" in -XX:SharedArchiveFile=*) file="${word#*=}" ;; esac
        done
        if [ "${dump:-}" = yes ]; then
          printf half > "$file"
          %s
        fi
        echo "$@"
        """
            .formatted(then));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(String argument) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/concordat").toString(), argument)
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", temp.resolve("jre").toString());
    return builder.start();
  }

  private static int code(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String said(String argument, int code) throws IOException, InterruptedException {
    Process process = start(argument);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(code(process)).as(said).isEqualTo(code);
    return said;
  }

  private List<String> lib() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void onceItIsSharedEveryCommandUsesIt() throws Exception {
    assertThat(said("--version", 0)).doesNotContain(USED);
    said("share-classes", 0);
    assertThat(lib()).containsExactly("classes-17.jsa", "classes.lst");
    assertThat(said("--version", 0))
        .contains(USED + home.resolve("lib/classes-17.jsa"))
        .as("Java says on stdout that it does without, and there our JSON goes")
        .contains("-Xlog:disable")
        .endsWith("org.concordat.cli.Main --version\n");
  }

  @Test
  void whatIsNotWholeIsNotUsed() throws Exception {
    java("echo 'no space left' ; exit 1");
    assertThat(said("share-classes", 3)).contains("no space left", "cannot be shared", "Next: ");
    assertThat(lib()).containsExactly("classes.lst");
    assertThat(said("--version", 0)).doesNotContain(USED);
  }

  @Test
  void anOlderOneIsKeptWhereItCannotBeMadeAgain() throws Exception {
    said("share-classes", 0);
    java("exit 1");
    said("share-classes", 3);
    assertThat(said("--version", 0)).contains(USED);
  }

  @Test
  void aFolderThatIsNoneSaysWhatToDo() throws Exception {
    Files.delete(home.resolve("lib/classes.lst"));
    assertThat(said("share-classes", 3)).contains("classes.lst is missing");
    Files.delete(home.resolve("lib"));
    assertThat(said("--version", 0)).doesNotContain(USED);
  }

  @Test
  void severalAtOnceLeaveOne() throws Exception {
    List<Process> all = List.of(start("share-classes"), start("share-classes"));
    for (Process one : all) {
      assertThat(code(one)).isZero();
    }
    assertThat(lib()).containsExactly("classes-17.jsa", "classes.lst");
  }
}
