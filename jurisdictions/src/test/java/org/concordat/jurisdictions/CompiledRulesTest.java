package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The answer that is compiled is the one that is explained. */
class CompiledRulesTest {
  private static final int QUESTIONS_A_POLICY = 30;

  @TestFactory
  Stream<DynamicTest> theAnswerIsWhatTheExplanationSays() {
    return Seeded.property(
        "compiled rules answer as the explaining evaluator does, obligations included",
        300,
        random -> {
          RandomPolicies some = new RandomPolicies(random);
          String list =
              "lists:\n  dated: {source: s, asOf: 2026-11-01, values: [ra, rb]"
                  + (random.nextBoolean() ? ", expires: 2026-11-21T12:00:00Z" : "")
                  + "}\n";
          String rules =
              String.join("", some.rules(6))
                  + Samples.rule("of-a-list", some.effect(), "{fact: purpose, in: {list: dated}}")
                  + Samples.rule(
                      "of-two", some.effect(), "{fact: purpose, equals: {fact: data-class}}")
                  + "- {id: duty, effect: permit, actions: [train], when: "
                  + some.condition(2)
                  + ", because: x, obligations: [members-only, log-before-acting]}\n";
          Policy policy = Samples.parse(Samples.text(rules).replace("rules:\n", list + "rules:\n"));
          for (int i = 0; i < QUESTIONS_A_POLICY; i++) {
            SortedMap<String, Facts> touched = new TreeMap<>();
            for (int member = random.nextInt(4); member > 0; member--) {
              touched.put("m" + member, some.facts(true));
            }
            check(policy.evaluateOnly(Action.TRAIN, some.facts(false), touched, Samples.NOW));
          }
        });
  }

  private static void check(Decision decision) {
    boolean allowed =
        !decision.members().isEmpty()
            && decision.members().values().stream().allMatch(MemberVerdict::allowed);
    Set<Obligation> obligations = EnumSet.noneOf(Obligation.class);
    if (allowed) {
      decision.members().values().forEach(one -> obligations.addAll(one.obligations()));
    }
    assertThat(decision.allowed()).as("%s", decision).isEqualTo(allowed);
    assertThat(decision.obligations()).as("%s", decision).isEqualTo(obligations);
  }

  @Test
  void aDecisionDoesNotChangeWithTheCallersMap() {
    Policy policy = Samples.rules(Samples.permitAll());
    SortedMap<String, Facts> touched = new TreeMap<>(Map.of("m1", Facts.none()));
    Decision decision = policy.evaluateOnly(Action.TRAIN, Facts.none(), touched, Samples.NOW);
    touched.put("m2", Facts.none());
    assertThat(decision.members()).containsOnlyKeys("m1");
  }
}
