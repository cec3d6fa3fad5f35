package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Facts NOTHING = Facts.none();
  private static final String SIZE_3 = "{fact: cohort-size, atLeast: 3}";

  private static Facts size(double members) {
    return Facts.builder().put(FactName.COHORT_SIZE, members, FactSource.MEASURED).build();
  }

  @Test
  void withoutAPermitTheAnswerIsNo() {
    Policy policy = Samples.rules(Samples.rule("size", "require", SIZE_3));
    Decision decision = Samples.train(policy, size(3), NOTHING);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.explain()).contains("No rule is about this action");
    assertThat(decision.smallestFlip()).isEmpty();
  }

  @Test
  void anActionThatNoRuleNamesIsDenied() {
    Decision decision =
        Samples.rules(Samples.permitAll())
            .evaluate(Action.EXPORT, NOTHING, new TreeMap<>(Map.of("m1", NOTHING)), Samples.NOW);
    assertThat(decision.allowed()).isFalse();
  }

  @Test
  void withNobodyTouchedTheAnswerIsNo() {
    Decision decision =
        Samples.rules(Samples.permitAll())
            .evaluate(Action.TRAIN, NOTHING, new TreeMap<>(), Samples.NOW);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.explain()).contains("touches no member");
  }

  @Test
  void forbidBeatsPermit() {
    Policy policy =
        Samples.rules(
            Samples.permitAll()
                + Samples.rule("small", "forbid", "{fact: cohort-size, atMost: 2}"));
    assertThat(Samples.train(policy, size(3), NOTHING).allowed()).isTrue();
    assertThat(Samples.train(policy, size(2), NOTHING).rules()).containsExactly("small");
    Decision unknown = Samples.train(policy, NOTHING, NOTHING);
    assertThat(unknown.allowed()).isFalse();
    assertThat(unknown.members().get("m1").missing())
        .containsExactly(new MissingFact(FactName.COHORT_SIZE, "not stated"));
  }

  @Test
  void eachMemberNeedsItsOwnPermit() {
    Policy policy = Samples.rules(Samples.rule("eu", "permit", "{fact: jurisdiction, equals: eu}"));
    TreeMap<String, Facts> members = new TreeMap<>();
    members.put("aa", Facts.builder().put(FactName.JURISDICTION, "eu", FactSource.ROSTER).build());
    members.put("bb", Facts.builder().put(FactName.JURISDICTION, "us", FactSource.ROSTER).build());
    Decision decision = policy.evaluate(Action.TRAIN, NOTHING, members, Samples.NOW);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.members().get("aa").allowed()).isTrue();
    assertThat(decision.members().get("bb").allowed()).isFalse();
    assertThat(decision.smallestFlip())
        .extracting(Change::explain)
        .containsExactly("jurisdiction of bb were eu (now us)");
  }

  @Test
  void obligationsComeFromTrueRulesOfAnAllowingDecisionOnly() {
    String permit =
        "- {id: p, effect: permit, actions: [train], when: "
            + SIZE_3
            + ", because: test, obligations: [members-only, log-before-acting]}\n"
            + "- {id: q, effect: permit, actions: [train], when: {fact: cohort-size, atLeast: 9},"
            + " because: test, obligations: [approval-by-person]}\n";
    Policy policy = Samples.rules(permit);
    assertThat(Samples.train(policy, size(3), NOTHING).obligations())
        .containsExactly(Obligation.LOG_BEFORE_ACTING, Obligation.MEMBERS_ONLY);
    assertThat(Samples.train(policy, size(1), NOTHING).obligations()).isEmpty();
  }

  @Test
  void evaluatingWithoutSuggestionsGivesTheSameVerdicts() {
    Policy policy = Samples.rules(Samples.rule("size", "permit", SIZE_3));
    TreeMap<String, Facts> members = new TreeMap<>(Map.of("m1", NOTHING));
    Decision full = policy.evaluate(Action.TRAIN, size(2), members, Samples.NOW);
    Decision quick = policy.evaluateOnly(Action.TRAIN, size(2), members, Samples.NOW);
    assertThat(quick.allowed()).isEqualTo(full.allowed());
    assertThat(quick.members().get("m1").rules()).isEqualTo(full.members().get("m1").rules());
    assertThat(quick.smallestFlip()).isEmpty();
    assertThat(full.smallestFlip()).extracting(Change::wanted).containsExactly("at least 3");
  }

  @Test
  void theAuditMapNamesEverythingThatDecided() {
    Policy policy = Samples.rules(Samples.rule("size", "permit", SIZE_3));
    Map<String, Object> map = Samples.train(policy, size(2), NOTHING).toMap();
    assertThat(map)
        .containsEntry("action", "train")
        .containsEntry("allowed", false)
        .containsEntry("at", "2026-11-21T12:00:00Z");
    assertThat(map.get("policy"))
        .isEqualTo(Map.of("name", "test", "version", 1L, "digest", policy.digest().hex()));
    assertThat(map.get("members").toString())
        .contains("rules=[size]", "{fact=cohort-size, value=2.0, source=measured}");
  }

  @Test
  void failingTestsOfAPolicyAreReported() {
    Policy policy =
        Samples.parse(
            """
            format: 1
            policy: wrong
            version: 1
            rules:
              - {id: all, effect: permit, actions: [train], because: test, when: {fact: member, present: true}}
            tests:
              - {name: a, action: train, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: denied}
              - {name: b, action: train, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: allowed, expectMembers: {aa: denied}}
              - {name: c, action: export, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: denied, decidedBy: [all]}
              - {name: d, action: train, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: allowed, decidedBy: [all]}
            """);
    assertThat(policy.selfTest())
        .extracting(Policy.TestFailure::test)
        .containsExactly("a", "b", "c");
  }
}
