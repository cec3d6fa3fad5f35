package org.concordat.jurisdictions.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Samples;
import org.concordat.jurisdictions.TestCase;
import org.junit.jupiter.api.Test;

/** Claims, differences and remarks on policies that people can read. */
class AnalysisTest {
  private static final Policy DEMO = Samples.example("demo.yaml");
  private static final Policy SWISS = Samples.example("swiss-excluded.yaml");

  private static Answer prove(Policy policy, String claim) {
    return Analysis.prove(policy, Claim.parse(claim, policy), Samples.NOW, Limits.USUAL);
  }

  @Test
  void theDemosClaims() {
    assertThat(prove(DEMO, "no update is aggregated where cohort-size is at most 2"))
        .isInstanceOf(Answer.Proved.class);
    assertThat(prove(DEMO, "no model is exported")).isInstanceOf(Answer.Proved.class);
    assertThat(prove(DEMO, "no update is submitted outside list aggregator-countries"))
        .isInstanceOf(Answer.Proved.class);
    assertThat(prove(SWISS, "no update of a ch member is submitted without transfer-mechanism"))
        .isInstanceOf(Answer.Proved.class);
    assertThat(prove(DEMO, "no update of a ch member is submitted without transfer-mechanism"))
        .isInstanceOf(Answer.Refuted.class);
  }

  /** What one would show to a lawyer: no fact that is not needed, from those who state them. */
  @Test
  void aCounterexampleHasOnlyWhatItNeeds() {
    Answer answer = prove(DEMO, "no update of a ch member is aggregated outside ch");
    TestCase found = ((Answer.Refuted) answer).counterexample();
    assertThat(found.members()).containsOnlyKeys("some-member");
    assertThat(found.alliance().all())
        .extracting(fact -> fact.name() + "=" + fact.value() + " " + fact.source())
        .containsExactly(
            "secure-aggregation=true measured",
            "cohort-size=3 measured",
            "purpose=medical-research job",
            "aggregator-country=DE roster");
    assertThat(found.now()).isEqualTo(Samples.NOW);
  }

  @Test
  void listsExpireInAnswersThatSayAlways() {
    String claim =
        "every update of a ch member may be submitted where purpose is medical-research and"
            + " cohort-size is 3 and secure-aggregation is true and aggregator-country is de";
    Policy plain =
        Samples.parse(
            """
            format: 1
            policy: p
            version: 1
            lists:
              l: {source: s, asOf: 2026-01-01, expires: 2027-01-01T00:00:00Z, values: [DE]}
            rules:
              - id: place
                effect: permit
                actions: [submit]
                when: {fact: aggregator-country, in: {list: l}}
                because: b
            tests:
              - {name: n, action: export, now: 2026-11-21T00:00:00Z, members: {a: {}}, expect: denied}
            """);
    TestCase found = ((Answer.Refuted) prove(plain, claim)).counterexample();
    assertThat(found.now()).isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
    assertThat(prove(plain, claim + " with all facts stated")).isInstanceOf(Answer.Proved.class);
  }

  @Test
  void tooLargeIsUndecidedAndNeverProved() {
    Question question = new Question(Action.SUBMIT, false, List.of(), List.of(), false);
    for (long limit = 1; limit < 60; limit++) {
      Answer answer = Analysis.prove(DEMO, question, Samples.NOW, new Limits(limit));
      assertThat(answer).isNotInstanceOf(Answer.Proved.class);
    }
    assertThat(Analysis.prove(DEMO, question, Samples.NOW, new Limits(1)))
        .isEqualTo(new Answer.Undecided("more than 1 comparisons would have to be looked at"));
    assertThat(Differences.between(DEMO, SWISS, Samples.NOW, new Limits(1)).none()).isFalse();
    assertThat(Remarks.on(DEMO, Samples.NOW, new Limits(1)))
        .singleElement()
        .asString()
        .contains("is undecided: more than 1 comparisons");
    assertThatThrownBy(() -> new Limits(0)).hasMessageContaining("expected at least 1");
  }

  @Test
  void theDifferenceOfTheSamplesInOneSentence() {
    Differences found = Differences.between(DEMO, SWISS, Samples.NOW, Limits.USUAL);
    assertThat(found.alike()).hasSize(1);
    List<Difference> group = found.alike().get(0);
    assertThat(group).hasSize(7);
    assertThat(group.get(0).text())
        .isEqualTo(
            "Members whose jurisdiction is ch may no longer receive tasks (dispatch) in cases in"
                + " which they could before. Now rule 'swiss-needs-an-instrument' forbids it while"
                + " it is not known otherwise (Swiss updates leave the country only under an"
                + " instrument on record).");
    assertThat(TextChanges.between(DEMO, SWISS))
        .singleElement()
        .asString()
        .startsWith("rule 'swiss-needs-an-instrument' is new: it forbids dispatch");
    List<Difference> back = Differences.between(SWISS, DEMO, Samples.NOW, Limits.USUAL).changes();
    assertThat(back.get(0).text())
        .startsWith("Members whose jurisdiction is ch may now receive tasks (dispatch) in cases")
        .contains("Before, rule 'swiss-needs-an-instrument' forbids it");
    assertThat(Differences.between(DEMO, DEMO, Samples.NOW, Limits.USUAL).none()).isTrue();
  }

  @Test
  void somebodyNewIsToldAsNew() {
    String rule = Samples.rule("who", "permit", "{fact: jurisdiction, in: [ch, eu]}");
    Policy before = Samples.rules(rule);
    Policy after = Samples.rules(rule.replace("ch, eu", "ch, us"));
    assertThat(Differences.between(before, after, Samples.NOW, Limits.USUAL).changes())
        .extracting(Difference::text)
        .containsExactlyInAnyOrder(
            "Members whose jurisdiction is us may now train, and never could before. Before, no rule"
                + " permits it in such a case.",
            "Members whose jurisdiction is eu may no longer train, in no case. Now no rule permits"
                + " it in such a case.");
  }

  @Test
  void obligationsThatComeAndGo() {
    String rule = Samples.rule("who", "permit", "{fact: member, present: true}");
    String duty = rule.replace("because: test", "because: test, obligations: [members-only]");
    assertThat(
            Differences.between(Samples.rules(rule), Samples.rules(duty), Samples.NOW, Limits.USUAL)
                .changes())
        .singleElement()
        .extracting(Difference::text)
        .isEqualTo(
            "Members whose member is stated may train as before, but now with members-only.");
    assertThat(
            Differences.between(Samples.rules(duty), Samples.rules(rule), Samples.NOW, Limits.USUAL)
                .changes())
        .singleElement()
        .extracting(Difference::kind)
        .isEqualTo(Difference.Kind.MUST_NO_MORE);
  }

  /** The same rules, and another number of an obligation: that is not the same policy. */
  @Test
  void aNumberThatChangesIsADifference() {
    String rule =
        Samples.rule("who", "permit", "{fact: member, present: true}")
            .replace("because: test", "because: test, obligations: [min-cohort]");
    Policy three =
        Samples.parse(Samples.text(rule).replace("rules:", "bounds: {min-cohort: 3}\nrules:"));
    Policy five =
        Samples.parse(Samples.text(rule).replace("rules:", "bounds: {min-cohort: 5}\nrules:"));
    assertThat(Differences.between(three, five, Samples.NOW, Limits.USUAL).changes())
        .singleElement()
        .extracting(Difference::text)
        .isEqualTo(
            "Members whose member is stated may train as before, but with another min-cohort (now 5,"
                + " before 3).");
    assertThat(Differences.between(five, five, Samples.NOW, Limits.USUAL).none()).isTrue();
    assertThat(TextChanges.between(three, five)).hasSize(1);
  }

  @Test
  void filesThatDifferAreTold() {
    Policy before =
        Samples.parse(
            LISTED.formatted("s", "2026-01-01", ", expires: 2027-01-01T00:00:00Z", "[DE, FR]"));
    Policy after = Samples.parse(LISTED.formatted("t", "2026-02-01", "", "[DE, IT]"));
    assertThat(TextChanges.between(before, after))
        .containsExactly(
            "list 'l' has in addition IT",
            "list 'l' no longer has FR",
            "list 'l' has another source: t, before s",
            "list 'l' has another date: 2026-02-01, before 2026-01-01",
            "list 'l' has another end: none, before 2027-01-01T00:00:00Z");
  }

  private static final String LISTED =
      """
      format: 1
      policy: p
      version: 1
      lists:
        l: {source: %s, asOf: %s%s, values: %s}
      rules:
        - {id: r, effect: permit, actions: [train], when: {fact: country, in: {list: l}}, because: b}
      tests:
        - {name: n, action: export, now: 2026-11-21T00:00:00Z, members: {a: {}}, expect: denied}
      """;

  @Test
  void contradictionsAreNamedWithAsFewRulesAsThereAre() {
    Policy policy =
        Samples.rules(
            Samples.rule("small", "require", "{fact: cohort-size, atMost: 3}")
                + Samples.rule("masked", "require", "{fact: secure-aggregation, equals: true}")
                + Samples.rule("large", "require", "{fact: cohort-size, atLeast: 5}")
                + Samples.permitAll());
    assertThat(Remarks.on(policy, Samples.NOW, Limits.USUAL))
        .containsExactly(
            "train is never allowed, whatever the facts: rules 'small', 'large', 'all' cannot be"
                + " met together");
  }

  @Test
  void rulesThatNeverMatterAreNamedWithTheReason() {
    String other =
        "- {id: nobody, effect: forbid, actions: [export], when: {fact: member, present: true},"
            + " because: test}\n";
    Policy policy =
        Samples.rules(
            Samples.rule("three", "require", "{fact: cohort-size, atLeast: 3}")
                + Samples.rule("two", "require", "{fact: cohort-size, atLeast: 2}")
                + Samples.rule(
                    "both",
                    "permit",
                    "{all: [{fact: country, equals: CH}, {fact: country, equals: DE}]}")
                + Samples.rule("swiss", "permit", "{fact: country, equals: CH}")
                + Samples.permitAll()
                + other);
    assertThat(Remarks.on(policy, Samples.NOW, Limits.USUAL))
        .containsExactly(
            "rule 'two' never matters: whatever it denies is denied by other rules",
            "rule 'both' never matters: its condition can never hold",
            "rule 'swiss' never matters: whatever it permits is permitted by another rule, or"
                + " denied",
            "rule 'nobody' never matters: nothing permits export anyway");
  }

  @Test
  void listsThatEndedOrServeNobodyAreNamed() {
    Policy policy =
        Samples.parse(
            LISTED.formatted("s", "2026-01-01", ", expires: 2026-06-01T00:00:00Z", "[DE]"));
    assertThat(Remarks.on(policy, Samples.NOW, Limits.USUAL))
        .containsExactly(
            "list 'l' expired at 2026-06-01T00:00:00Z: rules that use it are undecided, which"
                + " denies");
    Policy unused =
        Samples.parse(
            LISTED.formatted("s", "2026-01-01", "", "[DE]").replace("in: {list: l}", "in: [DE]"));
    assertThat(Remarks.on(unused, Samples.NOW, Limits.USUAL))
        .containsExactly("list 'l' is used by no rule");
  }

  @Test
  void theSamplesHaveNoIdleRules() {
    assertThat(Remarks.on(DEMO, Samples.NOW, Limits.QUICK)).isEmpty();
    assertThat(Remarks.on(SWISS, Samples.NOW, Limits.QUICK)).isEmpty();
  }

  /** All countries named leave none that is not: the list of countries is closed. */
  @Test
  void closedListsLeaveNoOtherValue() {
    String all =
        String.join(
            ", ", List.of(Locale.getISOCountries()).stream().map(c -> "\"" + c + "\"").toList());
    Policy policy =
        Samples.rules(Samples.rule("all", "permit", "{fact: country, in: [" + all + "]}"));
    Question question = new Question(Action.TRAIN, true, List.of(), List.of(), true);
    assertThat(Analysis.prove(policy, question, Samples.NOW, Limits.USUAL))
        .isInstanceOf(Answer.Proved.class);
  }

  /** A policy so entangled that it passes any limit ends soon, and says undecided. */
  @Test
  void anEntangledPolicyEnds() {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      rules.append(
          Samples.rule(
              "r" + i,
              "require",
              "{any: [{fact: purpose, equals: p%d}, {fact: data-class, notEquals: d%d}, {fact: cohort-size, equals: %d}]}"
                  .formatted(i, (i * 7) % 300, (i * 13) % 300)));
    }
    Policy policy = Samples.rules(rules + Samples.permitAll());
    Question question = new Question(Action.TRAIN, false, List.of(), List.of(), false);
    Answer answer = Analysis.prove(policy, question, Samples.NOW, new Limits(5_000_000));
    if (answer instanceof Answer.Refuted refuted) {
      assertThat(refuted.decision().allowed()).isTrue();
    } else {
      assertThat(answer).isInstanceOf(Answer.Undecided.class);
    }
  }
}
