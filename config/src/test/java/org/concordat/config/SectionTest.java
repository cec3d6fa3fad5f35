package org.concordat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class SectionTest {
  private enum Colour {
    DEEP_RED,
    BLUE
  }

  private static Section parse(String text) {
    return Yaml.parse(Path.of("sample.yaml"), text);
  }

  @Test
  void readsTypedValues() {
    Section root =
        parse(
            "port: 8_080\nrate: 1e-3\non: true\nnames: [a, b]\ncolour: deep-red\nsub: {x: y}\nlist:\n  - {n: 1}\n");
    assertThat(root.integer("port", 0, 65535, null)).isEqualTo(8080);
    assertThat(root.number("rate", 0, 1, null)).isEqualTo(0.001);
    assertThat(root.flag("on", false)).isTrue();
    assertThat(root.texts("names")).containsExactly("a", "b");
    assertThat(root.choice("colour", Colour.class, null)).isEqualTo(Colour.DEEP_RED);
    assertThat(root.section("sub").text("x")).isEqualTo("y");
    assertThat(root.sections("list").get(0).integer("n", 0, 9, null)).isEqualTo(1);
    assertThat(root.integer("absent", 0, 9, 7L)).isEqualTo(7);
    root.done();
    assertThat(root.problems().isEmpty()).isTrue();
  }

  @Test
  void reportsEveryMistakeAtOnceWithItsLine() {
    Section root =
        parse(
            "port: 99999\nrate: fast\non: perhaps\ncolour: green\nsub:\n  extra: 1\nunknown: x\n");
    root.integer("port", 0, 65535, null);
    root.number("rate", 0, 1, null);
    root.flag("on", false);
    root.choice("colour", Colour.class, null);
    root.text("name");
    Section sub = root.section("sub");
    sub.text("needed", "no");
    sub.done();
    root.done();
    InvalidConfigurationException failure =
        catchThrowableOfType(
            InvalidConfigurationException.class, () -> root.problems().throwIfAny());
    assertThat(failure.problems())
        .extracting(Problems.Problem::line)
        .containsExactly(1, 2, 3, 4, 1, 6, 7);
    assertThat(failure)
        .hasMessageContaining(
            "sample.yaml:1: 'port' is '99999': expected a whole number from 0 to 65535")
        .hasMessageContaining("sample.yaml:4: 'colour' is 'green': expected one of deep-red, blue")
        .hasMessageContaining("sample.yaml:6: unknown key 'sub.extra': known here are needed")
        .hasMessageContaining("'name' is missing");
  }

  @Test
  void nanAndInfinityAreNoNumbers() {
    Section root = parse("a: .nan\nb: .inf\nc: NaN\n");
    root.number("a", -1e300, 1e300, null);
    root.number("b", -1e300, 1e300, null);
    root.number("c", -1e300, 1e300, null);
    InvalidConfigurationException failure =
        catchThrowableOfType(
            InvalidConfigurationException.class, () -> root.problems().throwIfAny());
    assertThat(failure.problems()).hasSize(3);
  }

  @Test
  void badFilesAreNamed(@TempDir Path directory) throws Exception {
    assertThatThrownBy(() -> Yaml.read(directory.resolve("none.yaml")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("none.yaml:1: there is no such file");
    assertThatThrownBy(() -> Yaml.read(directory)).hasMessageContaining("this is a directory");
    Path alias = Files.writeString(directory.resolve("alias.yaml"), "a: &a [1]\nb: [*a]\n");
    assertThatThrownBy(() -> Yaml.read(alias)).hasMessageContaining("write the value out");
    Path binary =
        Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xff, 0});
    assertThatThrownBy(() -> Yaml.read(binary)).hasMessageContaining("not UTF-8");
    Path wide =
        Files.write(directory.resolve("wide.yaml"), "a: 1".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> Yaml.read(wide))
        .hasMessageContaining("this is UTF-16 text: save it as UTF-8");
    assertThatThrownBy(() -> parse("a: [1\nb: 2")).hasMessageContaining("not YAML");
    assertThatThrownBy(() -> parse("a: !%20 b")).hasMessageContaining("not YAML");
    assertThatThrownBy(() -> parse("[".repeat(Yaml.MAX_BYTES))).hasMessageContaining("nested");
    assertThatThrownBy(() -> parse("- 1\n- 2")).hasMessageContaining("expected a mapping");
    assertThatThrownBy(() -> parse("")).hasMessageContaining("expected a mapping");
    assertThatThrownBy(() -> parse("a: 1\na: 2").problems().throwIfAny())
        .hasMessageContaining("twice");
  }

  @Test
  void pathsAreRelativeToTheFile() {
    Section root = Yaml.parse(Path.of("/etc/concordat/agent.yaml"), "dir: ../data\n");
    assertThat(root.file("dir")).isEqualTo(Path.of("/etc/data"));
  }

  @TestFactory
  Stream<DynamicTest> noTextEscapesTheNamedError() {
    String alphabet = "abc: -[]{}#&*!|>'\"%@`\n\t,?\u0000\u00e9";
    return Seeded.property(
        "random text",
        300,
        random -> {
          StringBuilder text = new StringBuilder();
          for (int i = random.nextInt(60); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
          }
          try {
            Section root = parse(text.toString());
            root.text("a");
            root.sections("b");
            root.done();
            root.problems().throwIfAny();
          } catch (InvalidConfigurationException named) {
            assertThat(named.problems()).isNotEmpty();
          }
        });
  }
}
