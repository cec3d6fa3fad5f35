package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FactsTest {
  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(InvalidFactException.class)
        .isThrownBy(call)
        .withMessageContaining(message);
  }

  private static Facts.Builder facts() {
    return Facts.builder();
  }

  @Test
  void textIsBroughtToOneSpelling() {
    Facts facts =
        facts()
            .put(FactName.COUNTRY, "ch", FactSource.ROSTER)
            .put(FactName.JURISDICTION, "CH", FactSource.ROSTER)
            .put(FactName.SUBJECT_REGIONS, Set.of("EU", "eu", "Us-Ca"), FactSource.ROSTER)
            .build();
    assertThat(facts.get(FactName.COUNTRY)).map(Fact::value).contains(new FactValue.Text("CH"));
    assertThat(facts.get(FactName.JURISDICTION))
        .map(Fact::value)
        .contains(new FactValue.Text("ch"));
    assertThat(facts.get(FactName.SUBJECT_REGIONS).orElseThrow().value())
        .hasToString("[eu, us-ca]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "EU", "Switzerland", "C", "QQ", " CH"})
  void countriesAreIsoCodes(String text) {
    refused(() -> facts().put(FactName.COUNTRY, text, FactSource.JOB), "a country code such as CH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a b", "a\n", "é"})
  void codesAreWords(String text) {
    refused(() -> facts().put(FactName.PURPOSE, text, FactSource.JOB), "fact 'purpose'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\u202eb", "a\u0000"})
  void referencesArePrintable(String text) {
    refused(() -> facts().put(FactName.TRANSFER_REFERENCE, text, FactSource.JOB), "printable");
  }

  @Test
  void valuesMustHaveTheFactsType() {
    refused(() -> facts().put(FactName.COUNTRY, true, FactSource.JOB), "'true'");
    refused(
        () -> facts().put(FactName.SECURE_AGGREGATION, "true", FactSource.JOB), "true or false");
    refused(() -> facts().put(FactName.PURPOSE, 3, FactSource.JOB), "'3.0'");
    refused(() -> facts().put(FactName.COHORT_SIZE, Double.NaN, FactSource.JOB), "NaN");
    refused(() -> facts().put(FactName.COHORT_SIZE, 1 / 0.0, FactSource.JOB), "Infinity");
    refused(() -> facts().put(FactName.SUBJECT_REGIONS, "eu", FactSource.JOB), "'eu'");
    refused(() -> facts().put(FactName.SUBJECT_REGIONS, Set.of(), FactSource.JOB), "0 values");
    refused(() -> facts().put(FactName.ARTEFACT, "raw-data", FactSource.JOB), "masked-update");
  }

  @Test
  void aFactIsStatedOnce() {
    Facts.Builder builder = facts().put(FactName.COHORT_SIZE, 3, FactSource.JOB);
    refused(() -> builder.put(FactName.COHORT_SIZE, 3, FactSource.ROSTER), "stated twice");
  }

  @Test
  void factsStandWhereTheyBelong() {
    Policy policy = Samples.rules(Samples.permitAll());
    Facts country = facts().put(FactName.COUNTRY, "CH", FactSource.JOB).build();
    Facts purpose = facts().put(FactName.PURPOSE, "research", FactSource.JOB).build();
    refused(() -> Samples.train(policy, country, Facts.none()), "one of the member's");
    refused(() -> Samples.train(policy, Facts.none(), purpose), "one of the alliance's");
    Facts other = facts().put(FactName.MEMBER, "m2", FactSource.ROSTER).build();
    refused(() -> Samples.train(policy, Facts.none(), other), "'m1'");
    TreeMap<String, Facts> upper = new TreeMap<>(Map.of("M1", Facts.none()));
    refused(() -> policy.evaluate(Action.TRAIN, Facts.none(), upper, Samples.NOW), "'M1'");
  }

  @Test
  void theMembersOwnStatementCountsFirstEvenExpired() {
    Policy policy =
        Samples.rules(Samples.rule("class", "permit", "{fact: data-class, equals: public}"));
    Facts agreed = facts().put(FactName.DATA_CLASS, "public", FactSource.JOB).build();
    Facts own = facts().put(FactName.DATA_CLASS, "sensitive", FactSource.MEMBER_ATTESTED).build();
    Facts old =
        facts().put(FactName.DATA_CLASS, "public", FactSource.MEMBER_ATTESTED, Samples.NOW).build();
    assertThat(Samples.train(policy, agreed, Facts.none()).allowed()).isTrue();
    assertThat(Samples.train(policy, agreed, own).allowed()).isFalse();
    assertThat(Samples.train(policy, agreed, old).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(FactName.class)
  void everyFactIsFoundByItsName(FactName fact) {
    assertThat(FactName.of(fact.text())).contains(fact);
    assertThat(fact.meaning()).isNotBlank();
  }
}
