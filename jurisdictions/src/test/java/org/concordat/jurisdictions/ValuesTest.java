package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Facts are values; actions say what moves in them; decisions say what they were made of. */
class ValuesTest {
  private static Facts in(String country) {
    return Facts.builder().put(FactName.COUNTRY, country, FactSource.MEMBER_ATTESTED).build();
  }

  @Test
  void factsAreEqualByWhatTheyState() {
    assertThat(in("CH")).isEqualTo(in("CH")).hasSameHashCodeAs(in("CH"));
    assertThat(in("CH")).isNotEqualTo(in("FR")).isNotEqualTo("CH").isNotEqualTo(Facts.none());
    assertThat(in("CH").hashCode()).isNotZero();
    assertThat(in("CH").toString()).contains("CH");
    assertThat(in("CH").without(FactName.COUNTRY)).isEqualTo(Facts.none());
  }

  @Test
  void whatMovesInAnAction() {
    assertThat(Action.DISPATCH.artefact()).isEqualTo("model");
    assertThat(Action.RELEASE.artefact()).isEqualTo("model");
    assertThat(Action.EXPORT.artefact()).isEqualTo("model");
    assertThat(Action.REVEAL.artefact()).isEqualTo("key-share");
    assertThat(Action.AGGREGATE.artefact()).isEqualTo("aggregate");
    assertThat(Action.TRAIN.artefact()).isEqualTo("update");
    assertThat(Action.EVALUATE.artefact()).isEqualTo("metrics");
    assertThat(Action.SUBMIT.artefact()).isEqualTo("masked-update");
    for (Action action : Action.values()) {
      assertThat(FactValues.ARTEFACTS).contains(action.artefact());
    }
  }

  @Test
  void aDecisionKnowsTheFactsItUsed() {
    Policy policy = Samples.rules(Samples.rule("swiss", "permit", "{fact: country, equals: CH}"));
    Decision decision = Samples.train(policy, Facts.none(), in("CH"));
    assertThat(decision.allowed()).isTrue();
    Fact used = in("CH").get(FactName.COUNTRY).orElseThrow();
    assertThat(decision.factsUsed()).isEqualTo(Set.of(used));
    assertThat(decision.rules()).containsExactly("swiss");
  }
}
