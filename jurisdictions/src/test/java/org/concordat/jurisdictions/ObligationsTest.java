package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Obligations with a number: said once a policy, and nothing else changes. */
class ObligationsTest {
  private static final String POLICY =
      """
      format: 1
      policy: bounded
      version: 1
      BOUNDS
      rules:
        - id: everybody
          effect: permit
          actions: [submit]
          when: {fact: member, present: true}
          because: a test
          obligations: [DUTIES]
      tests:
        - name: everybody takes part
          action: submit
          now: 2026-11-21T12:00:00Z
          members: {zurich: {member: zurich}}
          expect: allowed
      """;

  private static Policy policy(String bounds, String duties) {
    String text = POLICY.replace("BOUNDS", bounds).replace("DUTIES", duties);
    return Policy.parse(Path.of("p.yaml"), text.getBytes(StandardCharsets.UTF_8));
  }

  private static void requireMistake(String bounds, String duties, String mistake) {
    assertThatThrownBy(() -> policy(bounds, duties))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(mistake);
  }

  @Test
  void numbersAreReadWrittenAndSaid() {
    Policy policy =
        policy("bounds: {retain-days: 30, min-cohort: 5}", "retain-days, min-cohort, notify");
    assertThat(policy.bound(Obligation.MIN_COHORT)).hasValue(5);
    assertThat(policy.bound(Obligation.RETAIN_DAYS)).hasValue(30);
    assertThat(policy.bound(Obligation.NOTIFY)).isEmpty();
    assertThat(policy.selfTest()).isEmpty();
    String canonical = new String(policy.canonicalJson(), StandardCharsets.UTF_8);
    assertThat(canonical)
        .contains("\"bounds\":{\"min-cohort\":5,\"retain-days\":30}")
        .contains("\"obligations\":[\"min-cohort\",\"retain-days\",\"notify\"]");
    assertThat(Policy.parse(Path.of("again.json"), policy.canonicalJson()).digest())
        .isEqualTo(policy.digest());
    assertThat(policy.sentences().get(0)).contains("min-cohort (5), retain-days (30), notify.");
  }

  @Test
  void aPolicyWithoutNumbersHasTheBytesItAlwaysHad() {
    assertThat(new String(policy("", "members-only").canonicalJson(), StandardCharsets.UTF_8))
        .startsWith("{\"format\":1,\"policy\":\"bounded\",\"rules\":");
  }

  @Test
  void mistakesAreNamed() {
    requireMistake("", "min-cohort", "'min-cohort' needs its number: 'bounds: {min-cohort: 2}'");
    requireMistake("bounds: {min-cohort: 5}", "notify", "no rule has the obligation 'min-cohort'");
    requireMistake("bounds: {min-cohort: 1}", "min-cohort", "from 2 to 1024");
    requireMistake("bounds: {retain-days: 0}", "retain-days", "from 1 to 3650");
    requireMistake("bounds: {retain-days: many}", "retain-days", "expected a whole number");
    requireMistake("bounds: {notify: 3}", "notify", "notify");
    requireMistake("bounds: {min-cohrt: 3}", "notify", "min-cohrt");
  }
}
