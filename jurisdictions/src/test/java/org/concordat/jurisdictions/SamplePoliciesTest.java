package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplePoliciesTest {
  private static final Facts ALLIANCE =
      Facts.builder()
          .put(FactName.PURPOSE, "medical-research", FactSource.JOB)
          .put(FactName.SECURE_AGGREGATION, true, FactSource.MEASURED)
          .put(FactName.COHORT_SIZE, 4, FactSource.MEASURED)
          .put(FactName.AGGREGATOR_COUNTRY, "DE", FactSource.ROSTER)
          .build();

  private static SortedMap<String, Facts> hospitals() {
    SortedMap<String, Facts> members = new TreeMap<>();
    members.put("cleveland", at("us"));
    members.put("budapest", at("eu"));
    members.put("zurich", at("ch"));
    members.put("long-beach", at("us"));
    return members;
  }

  private static Facts at(String jurisdiction) {
    return Facts.builder().put(FactName.JURISDICTION, jurisdiction, FactSource.ROSTER).build();
  }

  private static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "examples", "policies"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".md"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @Test
  void thereAreSixReadyPoliciesAndTheDemos() throws IOException {
    assertThat(files()).hasSizeGreaterThanOrEqualTo(8).allMatch(name -> name.endsWith(".yaml"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void samplesPassTheirOwnTests(String file) {
    assertThat(Samples.example(file).selfTest()).isEmpty();
    assertThat(Samples.example(file).warnings()).as("rules that nobody can meet").isEmpty();
  }

  /**
   * A forbid or require stands alone in the way somewhere, or with others, and lets pass elsewhere.
   */
  @ParameterizedTest
  @MethodSource("ready")
  void eachRuleIsTestedBothWays(String file) throws IOException {
    PolicyDocument document = PolicyReader.read(Samples.FILE, Files.readAllBytes(path(file)));
    for (Rule rule : document.rules()) {
      boolean permit = rule.effect() == Effect.PERMIT;
      assertThat(document.tests())
          .as("%s: a test that '%s' denies", file, rule.id())
          .anyMatch(test -> !test.expect().orElseThrow() && test.decidedBy().contains(rule.id()));
      assertThat(document.tests())
          .as("%s: a test that passes '%s'", file, rule.id())
          .anyMatch(
              test ->
                  test.expect().orElseThrow()
                      && rule.appliesTo(test.action())
                      && (!permit || test.decidedBy().contains(rule.id())));
    }
  }

  /** Those that are more than the demo's. */
  private static Stream<String> ready() throws IOException {
    return files().filter(file -> !file.equals("demo.yaml") && !file.equals("swiss-excluded.yaml"));
  }

  private static Path path(String file) {
    return Path.of("..", "examples", "policies", file);
  }

  @ParameterizedTest
  @MethodSource("files")
  void canonicalJsonIsThePolicy(String file) {
    Policy policy = Samples.example(file);
    Policy again = Policy.parse(Samples.FILE, policy.canonicalJson());
    assertThat(again.digest()).isEqualTo(policy.digest());
    assertThat(again.canonicalJson()).isEqualTo(policy.canonicalJson());
    assertThat(again.selfTest()).isEmpty();
  }

  @Test
  void theDemoLetsAllFourTakePart() {
    Policy demo = Samples.example("demo.yaml");
    for (Action action : Action.values()) {
      Decision decision = demo.evaluate(action, ALLIANCE, hospitals(), Samples.NOW);
      assertThat(decision.allowed())
          .as("%s", decision.explain())
          .isEqualTo(action != Action.EXPORT);
    }
    Decision decision = demo.evaluate(Action.SUBMIT, ALLIANCE, hospitals(), Samples.NOW);
    assertThat(decision.rules()).containsExactly("founding-jurisdictions");
    assertThat(decision.obligations()).containsExactly(Obligation.LOG_BEFORE_ACTING);
    assertThat(decision.missing()).isEmpty();
  }

  @Test
  void theSwissMemberIsExcludedAndToldWhy() {
    Policy policy = Samples.example("swiss-excluded.yaml");
    Decision decision = policy.evaluate(Action.DISPATCH, ALLIANCE, hospitals(), Samples.NOW);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.members().values().stream().filter(MemberVerdict::allowed))
        .extracting(MemberVerdict::member)
        .containsExactly("budapest", "cleveland", "long-beach");
    assertThat(decision.members().get("zurich").explain())
        .isEqualTo(
            "zurich: dispatch denied. Rule 'swiss-needs-an-instrument' forbids it unless it is known not to"
                + " apply (Swiss updates leave the country only under an instrument on record); it read"
                + " jurisdiction = ch [roster], transfer-mechanism: not stated. It would be allowed if"
                + " transfer-mechanism of zurich were one of binding-corporate-rules,"
                + " swiss-standard-clauses (now not stated). Who could state that: zurich, by"
                + " 'concordat fact state'.");
    assertThat(decision.members().get("budapest").explain())
        .isEqualTo(
            "budapest: dispatch allowed. Rule 'founding-jurisdictions' permits it; obligations:"
                + " log-before-acting.");
    assertThat(decision.explain()).endsWith("digest " + policy.digest().hex());
  }

  /** Case P03: a remedy that nobody can state is none. */
  @Test
  void aRemedyThatNobodyCanStateIsNotSuggested() {
    Policy policy =
        Samples.rules(
            Samples.permitAll()
                + Samples.rule("short", "require", "{fact: retention-days, atMost: 30}")
                + Samples.rule("spent", "require", "{fact: dp-epsilon-spent, atMost: 3}"));
    Decision decision = policy.evaluate(Action.TRAIN, ALLIANCE, hospitals(), Samples.NOW);
    assertThat(decision.smallestFlip()).isEmpty();
    assertThat(decision.explain())
        .doesNotContain("would be allowed if")
        .contains("No program of this version states retention-days, dp-epsilon-spent");
    assertThat(policy.warnings())
        .containsExactly(
            "rule 'short' (require) reads retention-days, which no program of this version states",
            "rule 'spent' (require) reads dp-epsilon-spent, which no program of this version states");
    assertThat(Samples.example("demo.yaml").warnings()).isEmpty();
    assertThat(
            Samples.rules(
                    Samples.rule(
                        "who",
                        "permit",
                        "{fact: purpose, from: [identity-provider], equals: research}"))
                .warnings())
        .containsExactly(
            "rule 'who' (permit) reads purpose from [identity-provider], which is stated from [job]"
                + " only");
  }

  @Test
  void aPolicyReadsAsSentences() {
    assertThat(Samples.example("swiss-excluded.yaml").sentences())
        .contains(
            "Rule 'swiss-needs-an-instrument' forbids dispatch, train, submit, reveal, aggregate,"
                + " evaluate and release if jurisdiction is ch and it is not so that"
                + " transfer-mechanism is one of binding-corporate-rules, swiss-standard-clauses, and"
                + " if that is not known. Reason: Swiss updates leave the country only under an"
                + " instrument on record.",
            "Rule 'no-small-sums' requires of dispatch, submit, reveal, aggregate and release that"
                + " cohort-size is at least 3. Reason: with two members each can work out the"
                + " other's update from the sum.",
            "Nothing permits export: it is always denied.")
        .anyMatch(
            line -> line.startsWith("List 'aggregator-countries' is CH, DE, FR, HU, US, as of"))
        .anyMatch(
            line -> line.contains("aggregator-country (as stated by roster) is one of the list"))
        .anyMatch(line -> line.contains("Whoever acts on it must meet: log-before-acting."));
  }

  @Test
  void theSuggestedChangeFlipsIt() {
    Policy policy = Samples.example("swiss-excluded.yaml");
    SortedMap<String, Facts> members = hospitals();
    Decision before = policy.evaluate(Action.SUBMIT, ALLIANCE, members, Samples.NOW);
    assertThat(before.smallestFlip()).hasSize(1);
    Change change = before.smallestFlip().get(0);
    assertThat(change.member()).contains("zurich");
    members.merge("zurich", Facts.none(), (facts, none) -> facts.with(change.toFact()));
    assertThat(policy.evaluate(Action.SUBMIT, ALLIANCE, members, Samples.NOW).allowed()).isTrue();
  }
}
