package org.concordat.jurisdictions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;

/** Policies and facts for tests. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  public static final Path FILE = Path.of("policy.yaml");

  private static final String TESTS =
      """

      tests:
        - {name: none, action: export, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: denied}
      """;

  private Samples() {}

  /** A sample policy of {@code examples/policies}. */
  public static Policy example(String name) {
    Path file = Path.of("..", "examples", "policies", name);
    try {
      return Policy.parse(file, Files.readAllBytes(file));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  public static Policy parse(String text) {
    return Policy.parse(FILE, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A policy of these rules: lines of YAML items, not indented. */
  public static Policy rules(String rules) {
    return parse(text(rules));
  }

  public static String text(String rules) {
    return "format: 1\npolicy: test\nversion: 1\nrules:\n" + rules.indent(2) + TESTS;
  }

  /** One rule for {@code train} in flow style. */
  public static String rule(String id, String effect, String when) {
    return "- {id: "
        + id
        + ", effect: "
        + effect
        + ", actions: [train], when: "
        + when
        + ", because: test}\n";
  }

  /** Every fact can be stated otherwise, whoever states facts today. */
  static final FlipSearch.Statable ANYTHING = (fact, source) -> true;

  /** Permits everybody, where the id is stated, which it always is. */
  public static String permitAll() {
    return rule("all", "permit", "{fact: member, present: true}");
  }

  static Decision train(Policy policy, Facts alliance, Facts member) {
    return policy.evaluate(
        Action.TRAIN, alliance, new TreeMap<>(java.util.Map.of("m1", member)), NOW, ANYTHING);
  }
}
