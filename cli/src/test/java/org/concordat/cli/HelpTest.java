package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** Every command explains itself, and its example is one that it takes. */
class HelpTest {
  private static Stream<CommandLine> all(CommandLine at) {
    return Stream.concat(
        Stream.of(at), at.getSubcommands().values().stream().flatMap(HelpTest::all));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandHasHelpWithAnExampleThatParses() {
    return all(Main.commandLine())
        .map(
            command -> {
              String name = command.getCommandSpec().qualifiedName();
              return DynamicTest.dynamicTest(name, () -> check(name));
            });
  }

  private static void check(String name) {
    List<Object> line = new ArrayList<>(List.of((Object[]) name.split(" ")));
    line.remove(0);
    line.add("--help");
    Cli help = Cli.run(line.toArray());
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Example").contains("concordat ");
    String examples =
        help.out().substring(help.out().indexOf("Example")).replaceAll("\\\\\\R\\s*", "");
    for (String example : examples.split("\\R")) {
      if (example.startsWith("  concordat ")) {
        String[] words = example.strip().replaceAll("'[^']*'", "TEXT").split("\\s+");
        String[] arguments = java.util.Arrays.copyOfRange(words, 1, words.length);
        assertThatCode(() -> Main.commandLine().parseArgs(arguments))
            .as(example)
            .doesNotThrowAnyException();
      }
    }
  }

  /** A percent sign in an example is a format's, unless it is doubled: by-hand 22. */
  @Test
  void examplesWithPercentSignsAreNotFormats() {
    assertThat(Cli.run("round", "verify", "--help").out())
        .contains("--sample 1% ")
        .doesNotContain("%n");
  }

  @Test
  void aGroupAloneNamesItsCommands() {
    Cli done = Cli.run("job");
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).contains("submit, list, watch, abort").contains("Next:");
  }

  /** The help reads names and descriptions only; it looks as if all had been read. */
  @Test
  void theHelpNamesEveryCommandWhateverWasRead() {
    String whole = Main.commandLine().getUsageMessage();
    assertThat(Cli.run("--help").out()).isEqualTo(whole);
    assertThat(Cli.run("--help", "job").out()).isEqualTo(whole);
  }

  @Test
  void aMisspeltCommandIsUsage() {
    Cli done = Cli.run("jib", "submit");
    assertThat(done.code()).isEqualTo(2);
    assertThat(done.err()).contains("jib");
  }

  @Test
  void completionIsABashScript() {
    assertThat(Cli.run("completion").out()).startsWith("#!/usr/bin/env bash").contains("member");
  }

  @Test
  void theVersionIsThePoms() throws java.io.IOException {
    String pom = java.nio.file.Files.readString(Cli.root().resolve("pom.xml"));
    String version = Cli.run("--version").out().strip().replace("concordat ", "");
    assertThat(pom).contains("<version>" + version + "</version>");
  }
}
