package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"demo.yaml", "swiss-excluded.yaml"})
  void samplesPassTheirOwnTests(String file) {
    assertThat(Samples.example(file).selfTest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo.yaml", "swiss-excluded.yaml"})
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
                + " swiss-standard-clauses (now not stated).");
    assertThat(decision.members().get("budapest").explain())
        .isEqualTo(
            "budapest: dispatch allowed. Rule 'founding-jurisdictions' permits it; obligations:"
                + " log-before-acting.");
    assertThat(decision.explain()).endsWith("digest " + policy.digest().hex());
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
