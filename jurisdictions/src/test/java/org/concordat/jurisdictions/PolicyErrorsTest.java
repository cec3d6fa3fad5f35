package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyErrorsTest {
  private static List<String> problems(byte[] text) {
    InvalidPolicyException refused =
        catchThrowableOfType(InvalidPolicyException.class, () -> Policy.parse(Samples.FILE, text));
    assertThat(refused).as("should not load").isNotNull();
    return refused.problems().stream().map(InvalidPolicyException.Problem::toString).toList();
  }

  private static List<String> problems(String text) {
    return problems(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: !%20 b", "a: !<b%20> c", "!<%20b> {}"})
  void aTagWithSpacesIsNotYaml(String text) {
    assertThat(problems(text)).singleElement().asString().contains("not YAML");
  }

  @Test
  void everyMistakeIsReportedAtOnceWithItsLine() {
    List<String> problems =
        problems(
            """
            format: 1
            policy: Wrong Name
            version: 0
            verison: 2
            lists:
              eea: {source: test, asOf: yesterday, expires: soon, values: [DE]}
            rules:
              - id: one
                effect: allow
                actions: [train, fly]
                when: {fact: purpose, equal: research}
                because: test
              - id: one
                effect: permit
                actions: [train]
                when:
                  all:
                    - {fact: colour, equals: red}
                    - {fact: cohort-size, in: [3]}
                    - {fact: aggregator-country, in: {list: adequate}}
                    - {fact: aggregator-country, in: [DE, Germany]}
                    - {fact: purpose, equals: {fact: cohort-size}}
                    - {fact: purpose, from: [hearsay], equals: research}
                    - {fact: purpose, present: false}
                    - {fact: cohort-size, atLeast: many}
                    - {fact: purpose, equals: a, notEquals: b}
                because: test
                obligations: [sing]
            tests:
              - name: t
                action: train
                now: 2026-11-21
                alliance: {country: CH, colour: red}
                members: {M 1: {}, m2: {purpose: research, country: Swiss}}
                expect: maybe
                expectMembers: {m3: allowed}
                decidedBy: [two]
            """);
    assertThat(problems)
        .containsExactly(
            "policy.yaml:2: 'policy' must be 1 to 64 of a-z, 0-9 and '-': 'Wrong Name'",
            "policy.yaml:3: 'version' is '0': expected a whole number from 1",
            "policy.yaml:4: unknown key 'verison' in the policy: known are bounds, format, lists,"
                + " policy, rules, tests, version",
            "policy.yaml:6: 'asOf' must be a date such as 2026-11-21",
            "policy.yaml:6: 'expires' is 'soon': expected a time such as 2026-11-21T00:00:00Z",
            "policy.yaml:9: 'effect' has unknown 'allow': known are forbid, require, permit",
            "policy.yaml:10: 'actions' has unknown 'fly': known are [dispatch, train, submit, reveal,"
                + " aggregate, evaluate, release, export]",
            "policy.yaml:11: unknown operator 'equal': known are " + ConditionReader.OPERATORS,
            "policy.yaml:13: rule 'one' is given twice",
            "policy.yaml:18: 'fact' has unknown 'colour': known are " + ConditionReader.FACTS,
            "policy.yaml:19: 'in' does not compare 'cohort-size', which is a number",
            "policy.yaml:20: 'list' has unknown 'adequate': known are [eea]",
            "policy.yaml:21: fact 'aggregator-country': 'Germany' is not right: expected a country code"
                + " such as CH",
            "policy.yaml:22: 'purpose' cannot be compared with 'cohort-size': name another fact of the"
                + " same type",
            "policy.yaml:23: 'from' has unknown 'hearsay': known are [member-attested, certificate,"
                + " roster, identity-provider, measured, job]",
            "policy.yaml:24: 'present' takes true only; a missing fact is unknown, which already denies",
            "policy.yaml:25: fact 'cohort-size': 'many' is not right: expected a number",
            "policy.yaml:26: a comparison takes exactly one operator of "
                + ConditionReader.OPERATORS,
            "policy.yaml:28: 'obligations' has unknown 'sing': known are [log-before-acting,"
                + " approval-by-person, delete-updates-after-round, members-only, min-cohort,"
                + " retain-days, notify]",
            "policy.yaml:32: 'now' is '2026-11-21': expected a time such as 2026-11-21T00:00:00Z",
            "policy.yaml:33: fact 'country' is one of the member's: state it there",
            "policy.yaml:33: unknown fact 'colour': known are " + ConditionReader.FACTS,
            "policy.yaml:34: fact 'member': 'M 1' is not right: expected a word of a-z, 0-9, '.', '_', '/'"
                + " and '-'",
            "policy.yaml:34: fact 'purpose' is one of the alliance's: state it there",
            "policy.yaml:34: fact 'country': 'Swiss' is not right: expected a country code such as CH",
            "policy.yaml:35: 'expect' has unknown 'maybe': known are allowed, denied",
            "policy.yaml:36: member 'm3' is not in this test",
            "policy.yaml:37: there is no rule 'two'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 1: the policy lacks 'rules'",
        "[] | 1: expected a mapping",
        "'' | 1: expected a mapping",
        "just words | 1: expected a mapping",
        "{format: 2} | 1: 'format' is '2': expected a whole number, 1 in this release",
        "{rules: []} | 1: 'rules' must be a list with at least one item",
        "{rules: 3} | 1: 'rules' must be a list with at least one item",
        "{rules: [3]} | 1: a rule must be a mapping of keys to values",
        "{rules: [{when: 3}]} | 1: a condition must be a mapping of keys to values",
        "{rules: [{when: {all: []}}]} | 1: 'all' must be a list with at least one item",
        "{rules: [{when: {any: [], not: {}}}]} | 1: unknown key 'not' in a condition",
        "{rules: [{when: {fact: purpose}}]} | 1: a comparison takes exactly one operator",
        "{rules: [{when: {fact: purpose, in: []}}]} | 1: 'in' takes a list with at least one value",
        "{rules: [{when: {fact: purpose, from: [], in: [a]}}]} | 1: 'from' must be a list",
        "{rules: [{when: {fact: purpose, equals: [a]}}]} | 1: 'purpose' is compared with one value",
        "{rules: [{when: {fact: purpose, equals: {fact: purpose}}}]} | 1: 'purpose' cannot be compared",
        "{rules: [{effect: forbid, obligations: [members-only]}]} | 1: a forbid lays no obligations",
        "{a: &x 1, b: *x} | 1: aliases are not taken",
        "{policy: a, policy: b} | 1: 'policy' is given twice in the policy",
        "{? [a] : b} | 1: not YAML",
        "{policy: [a | 1: not YAML",
        "{policy: \"\u0001\"} | 1: not YAML",
      })
  void isRefused(String text, String expected) {
    assertThat(problems(text == null ? "" : text.strip()))
        .anySatisfy(problem -> assertThat(problem).startsWith("policy.yaml:" + expected.strip()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "0x10", "1d", "1e999", "--1", "1e4000"})
  void numbersAreFiniteAndPlain(String number) {
    assertThat(problems("rules: [{when: {fact: cohort-size, atLeast: " + number + "}}]"))
        .anySatisfy(problem -> assertThat(problem).contains("fact 'cohort-size': "));
  }

  @Test
  void limitsAreEnforcedBeforeTheTreeIsBuilt() {
    assertThat(problems("[".repeat(200_000)))
        .containsExactly("policy.yaml:1: nested deeper than 64 levels");
    assertThat(problems("{not: ".repeat(65) + "}".repeat(65)))
        .containsExactly("policy.yaml:1: nested deeper than 64 levels");
    assertThat(problems(new byte[Policy.MAX_BYTES + 1]))
        .containsExactly(
            "policy.yaml:1: the file has more than 1048576 bytes, which is the most that is read");
    assertThat(problems(new byte[] {(byte) 0xff, 'a'}))
        .containsExactly("policy.yaml:1: the file is not UTF-8 text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zuricH: {}", "zurich: {member: geneva}"})
  void membersOfTestsAreNamedByTheirIds(String member) {
    String text = Samples.text(Samples.permitAll()).replace("aa: {}", member);
    assertThat(problems(text))
        .singleElement()
        .asString()
        .startsWith("policy.yaml:8: fact 'member': ")
        .endsWith("which must be the member's id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\u202e", "\\u0007", "\\n"})
  void invisibleAndUnpairedCharactersAreRefused(String escape) {
    String text =
        Samples.text(Samples.permitAll().replace("because: test", "because: \"a" + escape + "b\""));
    assertThat(problems(text))
        .singleElement()
        .asString()
        .contains("policy.yaml:5: 'because' must have 1 to 500 printable characters");
  }

  @Test
  void untrustedTextIsShownHarmlessly() {
    assertThat(problems("{\"\\e[31m" + "x".repeat(500) + "\": 1}"))
        .allSatisfy(problem -> assertThat(problem).doesNotContain("\u001b").hasSizeLessThan(250));
  }

  /** Letters of other scripts that look like ours are other letters. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "id: аll", // Cyrillic a
        "effect: pеrmit", // Cyrillic e
        "fact: mеmber",
        "{fact: country, equals: \u0421H}", // Cyrillic S
        "{fact: jurisdiction, equals: \u0441h}",
        "{fact: purpose, equals: r\u0435search}",
        "{fact: member, equals: \uff41a}" // full-width a
      })
  void lookAlikesAreRefused(String part) {
    String rule = Samples.permitAll();
    String changed =
        part.startsWith("{")
            ? rule.replaceFirst("\\{fact: member, present: true}", part)
            : rule.replaceFirst(part.split(" ")[0] + " [a-z]+", part);
    assertThat(changed).isNotEqualTo(rule);
    assertThat(problems(Samples.text(changed))).singleElement().asString().contains("?");
  }

  /** A reference is compared exactly, so that a look-alike is another: it denies, and shows. */
  @Test
  void aReferenceThatLooksAlikeIsAnother() {
    Policy policy =
        Samples.rules(
            Samples.rule("filed", "permit", "{fact: transfer-reference, equals: file 7}"));
    Facts alike =
        Facts.builder()
            .put(FactName.TRANSFER_REFERENCE, "fil\u0435 7", FactSource.MEMBER_ATTESTED)
            .build();
    assertThat(Samples.train(policy, Facts.none(), alike).allowed()).isFalse();
  }

  @Test
  void aPolicyOf100MegabytesIsNotReadWhole(@TempDir Path temp) throws IOException {
    Path huge = temp.resolve("huge.yaml");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(100L << 20);
    }
    assertThat(Policy.bytes(huge)).hasSize(Policy.MAX_BYTES + 1);
    InvalidPolicyException refused =
        catchThrowableOfType(InvalidPolicyException.class, () -> Policy.read(huge));
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains("huge.yaml:1: the file has more than 1048576 bytes");
  }
}
