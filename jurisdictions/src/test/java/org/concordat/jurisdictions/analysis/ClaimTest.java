package org.concordat.jurisdictions.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The closed grammar of claims: what each form means, and which words are refused. */
class ClaimTest {
  private static final Policy DEMO = Samples.example("demo.yaml");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no update of a ch member is aggregated outside ch"
            + " | aggregate is never allowed where jurisdiction is ch and aggregator-country is"
            + " another than CH",
        "No update of any member is submitted | submit is never allowed",
        "no update is submitted inside region eu"
            + " | submit is never allowed where processing-region is eu",
        "no update is submitted in eu | submit is never allowed where processing-region is eu",
        "no share of member zurich may be revealed under us law"
            + " | reveal is never allowed where member is zurich and aggregator-control is US",
        "no model is exported outside list aggregator-countries"
            + " | export is never allowed where recipient-country is none of CH, DE, FR, HU, US",
        "no model is trained outside ch"
            + " | train is never allowed where jurisdiction is another than ch",
        "every task may be dispatched where cohort-size is at least 3 and purpose is not marketing"
            + " with all facts stated"
            + " | dispatch is always allowed where cohort-size is at least 3 and purpose is another"
            + " than marketing and every fact that the rules read is stated and taken, and every"
            + " list in force",
        "no model is released without a transfer-mechanism where subject-regions are eu"
            + " | release is never allowed where subject-regions are all among eu and"
            + " transfer-mechanism is not stated, or has expired",
        "no model is evaluated where data-class is stated"
            + " | evaluate is never allowed where data-class is stated",
      })
  void isRead(String claim, String meaning) {
    assertThat(Claim.parse(claim, DEMO).text()).isEqualTo(meaning);
  }

  /** Where the rules read neither fact that tells the place, either may tell it. */
  @Test
  void aPlaceThatNoRuleReadsIsEitherFact() {
    Policy silent = Samples.rules(Samples.permitAll());
    assertThat(Claim.parse("no update is submitted outside ch", silent).text())
        .isEqualTo(
            "submit is never allowed where aggregator-country is another than CH or"
                + " processing-region is another than ch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the claim ends where 'no' or 'every' should stand",
        "some update is aggregated | 'some' is not understood: expected 'no' or 'every'",
        "no banana is aggregated | 'banana' is not understood: expected update, share, task or",
        "no share is aggregated | no share is aggregated, but update",
        "no update of zurich is aggregated | 'zurich' is not understood: expected 'a ... member'",
        "no update of a ch is aggregated | 'is' is not understood: expected 'member'",
        "no update of a сh member is aggregated | fact 'jurisdiction': '?h' is not right",
        "no update of member Zürich is aggregated | fact 'member': 'Z?rich' is not right",
        "every update is aggregated | 'is' is not understood: expected 'may be'",
        "no update is eaten | 'eaten' is not understood: expected one of dispatched, trained",
        "no update is aggregated on monday | 'on' is not understood: expected in, outside, under",
        "no update is aggregated outside | the claim ends where a country or a region should",
        "no update is aggregated outside atlantis | fact 'processing-region': 'atlantis' is not",
        "no update is aggregated outside country xx | fact 'aggregator-country': 'xx' is not right",
        "no model is exported outside eu | fact 'recipient-country': 'eu' is not right",
        "no model is exported outside region eu | no fact tells the region of export's recipient",
        "no update is aggregated outside list eea | the policy has no list 'eea': known are",
        "no update is aggregated under us | the claim ends where 'law' should stand",
        "no update is aggregated where colour is red | there is no fact 'colour': known are",
        "no update is aggregated where purpose at research | 'at' is not understood: expected 'is'",
        "no update is aggregated where purpose is at least 3 | 'purpose' is a word of a-z",
        "no update is aggregated where cohort-size is many | fact 'cohort-size': 'many' is not",
        "no update is aggregated without colour | there is no fact 'colour'",
      })
  void isRefusedByName(String claim, String message) {
    assertThatThrownBy(() -> Claim.parse(claim, DEMO))
        .isInstanceOf(InvalidClaimException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aClaimIsNotEndless() {
    assertThatThrownBy(() -> Claim.parse("no ".repeat(1000), DEMO))
        .isInstanceOf(InvalidClaimException.class)
        .hasMessageContaining("at most 200 words");
  }

  @Test
  void thePageHasTheGrammarsWords() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "policy.md"));
    for (String word : Claim.FORMS.replaceAll("[\\[\\]|]", " ").trim().split("\\s+")) {
      assertThat(page).contains(word);
    }
  }
}
