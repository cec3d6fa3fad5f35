package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operator with a fact that fits, that does not, that is missing, expired, or from another
 * source.
 */
class OperatorsTest {
  private static final Facts ALLIANCE =
      Facts.builder()
          .put(FactName.PURPOSE, "Research", FactSource.JOB)
          .put(FactName.COHORT_SIZE, 4, FactSource.MEASURED)
          .put(FactName.COLLUDERS, 2.5, FactSource.MEASURED)
          .put(FactName.SECURE_AGGREGATION, true, FactSource.MEASURED)
          .put(FactName.AGGREGATOR_COUNTRY, "ch", FactSource.JOB)
          .put(FactName.RECIPIENT_COUNTRY, "CH", FactSource.ROSTER)
          .put(FactName.KEY_LOCATION, "CH", FactSource.ROSTER, Samples.NOW)
          .put(FactName.RETENTION_DAYS, 30, FactSource.JOB, Samples.NOW.plusNanos(1))
          .build();
  private static final Facts MEMBER =
      Facts.builder()
          .put(FactName.SUBJECT_REGIONS, Set.of("EU", "ch"), FactSource.MEMBER_ATTESTED)
          .put(FactName.TRANSFER_REFERENCE, "File 7", FactSource.MEMBER_ATTESTED)
          .build();

  /** What a condition comes to, seen by a require rule. */
  private static Ternary value(String when) {
    Policy policy = Samples.rules(Samples.rule("one", "require", when));
    return Samples.train(policy, ALLIANCE, MEMBER).members().get("m1").rules().get(0).value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{fact: purpose, equals: research} | TRUE",
        "{fact: purpose, equals: RESEARCH} | TRUE",
        "{fact: purpose, equals: billing} | FALSE",
        "{fact: purpose, notEquals: billing} | TRUE",
        "{fact: purpose, notEquals: research} | FALSE",
        "{fact: purpose, in: [billing, research]} | TRUE",
        "{fact: purpose, in: [billing]} | FALSE",
        "{fact: purpose, notIn: [billing]} | TRUE",
        "{fact: purpose, notIn: [billing, research]} | FALSE",
        "{fact: purpose, present: true} | TRUE",
        "{fact: cohort-size, atLeast: 4} | TRUE",
        "{fact: cohort-size, atLeast: 4.0001} | FALSE",
        "{fact: cohort-size, atMost: 4} | TRUE",
        "{fact: cohort-size, atMost: 3.9} | FALSE",
        "{fact: cohort-size, equals: 4.0} | TRUE",
        "{fact: cohort-size, notEquals: 4} | FALSE",
        "{fact: cohort-size, atLeast: {fact: colluders}} | TRUE",
        "{fact: cohort-size, atMost: {fact: colluders}} | FALSE",
        "{fact: cohort-size, atMost: {fact: dp-epsilon-limit}} | UNKNOWN",
        "{fact: cohort-size, atMost: {fact: colluders, from: [roster]}} | UNKNOWN",
        "{fact: secure-aggregation, equals: true} | TRUE",
        "{fact: secure-aggregation, equals: false} | FALSE",
        "{fact: aggregator-country, equals: {fact: recipient-country}} | TRUE",
        "{fact: subject-regions, subsetOf: [ch, eu, us]} | TRUE",
        "{fact: subject-regions, subsetOf: [ch]} | FALSE",
        "{fact: transfer-reference, equals: File 7} | TRUE",
        "{fact: transfer-reference, equals: file 7} | FALSE",
        // missing: unknown whatever the operator
        "{fact: artefact, equals: model} | UNKNOWN",
        "{fact: artefact, notEquals: model} | UNKNOWN",
        "{fact: artefact, in: [model]} | UNKNOWN",
        "{fact: artefact, notIn: [model]} | UNKNOWN",
        "{fact: artefact, present: true} | UNKNOWN",
        "{fact: dp-epsilon-spent, atLeast: 0} | UNKNOWN",
        "{fact: dp-epsilon-spent, atMost: 9} | UNKNOWN",
        // expired at this very instant
        "{fact: key-location, equals: CH} | UNKNOWN",
        "{fact: key-location, notEquals: CH} | UNKNOWN",
        "{fact: key-location, in: [CH]} | UNKNOWN",
        "{fact: key-location, notIn: [US]} | UNKNOWN",
        "{fact: key-location, present: true} | UNKNOWN",
        "{fact: retention-days, atMost: 30} | TRUE",
        // not from a source that the rule takes
        "{fact: aggregator-country, from: [roster], equals: CH} | UNKNOWN",
        "{fact: aggregator-country, from: [roster, job], equals: CH} | TRUE",
        "{fact: recipient-country, from: [roster], equals: CH} | TRUE",
        // combinations
        "{not: {fact: purpose, equals: research}} | FALSE",
        "{not: {fact: artefact, equals: model}} | UNKNOWN",
        "{all: [{fact: purpose, equals: research}, {fact: artefact, present: true}]} | UNKNOWN",
        "{all: [{fact: purpose, equals: billing}, {fact: artefact, present: true}]} | FALSE",
        "{any: [{fact: purpose, equals: research}, {fact: artefact, present: true}]} | TRUE",
        "{any: [{fact: purpose, equals: billing}, {fact: artefact, present: true}]} | UNKNOWN"
      })
  void comesTo(String when, Ternary expected) {
    assertThat(value(when.strip())).isEqualTo(expected);
  }

  @Test
  void setOperatorsAreUnknownWithoutTheFact() {
    Policy policy =
        Samples.rules(
            Samples.rule("one", "forbid", "{fact: subject-regions, subsetOf: [us]}")
                + Samples.permitAll());
    Decision decision = Samples.train(policy, ALLIANCE, Facts.none());
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.missing()).containsExactly(FactName.SUBJECT_REGIONS);
  }

  @Test
  void anExpiredListIsUnknown() {
    Policy policy =
        Samples.parse(
            """
            format: 1
            policy: lists
            version: 3
            lists:
              adequate: {source: test, asOf: 2026-01-01, expires: 2026-11-21T12:00:00Z, values: [CH, de]}
            rules:
              - {id: place, effect: require, actions: [train], because: test, when: {fact: aggregator-country, in: {list: adequate}}}
              - {id: all, effect: permit, actions: [train], because: test, when: {fact: member, present: true}}
            tests:
              - {name: none, action: export, now: 2026-11-21T00:00:00Z, members: {aa: {}}, expect: denied}
            """);
    TreeMap<String, Facts> members = new TreeMap<>(java.util.Map.of("m1", MEMBER));
    Decision before =
        policy.evaluate(Action.TRAIN, ALLIANCE, members, Samples.NOW.minus(Duration.ofNanos(1)));
    assertThat(before.allowed()).isTrue();
    Decision after = policy.evaluate(Action.TRAIN, ALLIANCE, members, Samples.NOW);
    assertThat(after.allowed()).isFalse();
    assertThat(after.explain()).contains("list 'adequate' expired at 2026-11-21T12:00:00Z");
    assertThat(after.smallestFlip()).isEmpty();
  }
}
