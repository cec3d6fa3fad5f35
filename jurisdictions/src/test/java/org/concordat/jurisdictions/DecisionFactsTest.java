package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The facts of a decision as the log has them. */
class DecisionFactsTest {
  private static final Path NAME = Path.of("facts");

  private static Facts country(String code) {
    return Facts.builder()
        .put(FactName.COUNTRY, code, FactSource.ROSTER)
        .put(
            FactName.SUBJECT_REGIONS,
            Set.of("eu", "ch"),
            FactSource.MEMBER_ATTESTED,
            Instant.parse("2027-01-01T00:00:00Z"))
        .build();
  }

  @Test
  void theyAreReadAsTheyWereWrittenAndMembersThatAreAlikeAreNamedTogether() {
    TreeMap<String, Facts> members = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      members.put("member-" + i, country(i % 2 == 0 ? "CH" : "DE"));
    }
    Facts alliance =
        Facts.builder()
            .put(FactName.PURPOSE, "medical-research", FactSource.JOB)
            .put(FactName.COHORT_SIZE, 4, FactSource.MEASURED)
            .put(FactName.SECURE_AGGREGATION, true, FactSource.MEASURED)
            .build();
    DecisionFacts facts = new DecisionFacts(alliance, members);
    assertThat(facts.json()).hasSizeLessThan(4096);
    assertThat(DecisionFacts.parse(NAME, facts.json())).isEqualTo(facts);
  }

  @Test
  void whatNobodyTouchesHasNoMembers() {
    DecisionFacts none = new DecisionFacts(Facts.none(), new TreeMap<>(Map.of()));
    assertThat(none.json()).isEqualTo("{\"alliance\":{}}");
    assertThat(DecisionFacts.parse(NAME, none.json())).isEqualTo(none);
  }

  @Test
  void whatIsNoneIsRefused() {
    for (String bad :
        new String[] {
          "", "[]", "{}", "{\"alliance\":{\"country\":\"CH\"}}", "{\"alliance\":{},\"more\":1}"
        }) {
      assertThatThrownBy(() -> DecisionFacts.parse(NAME, bad))
          .as("[%s]", bad)
          .isInstanceOf(InvalidPolicyException.class);
    }
  }
}
