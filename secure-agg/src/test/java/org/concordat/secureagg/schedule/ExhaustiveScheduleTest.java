package org.concordat.secureagg.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.schedule.Adversary.Second;
import org.concordat.secureagg.schedule.Explorer.Defect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever a coordinator with c colluders sends, to whom and in whatever order: never two sums for
 * one (job, round), never shares for two survivor sets of one token, never a reveal and a denial,
 * never a sum that can be opened whose retry is allowed, never two y for one token. And the search
 * finds the attack when a rule is taken away.
 *
 * <p>Honest members are alike, so states that differ only in who is who are searched once: that
 * makes two attempts of four honest members, with a colluder or without, complete.
 */
class ExhaustiveScheduleTest {
  private static final int LIMIT = 20_000_000;

  @ParameterizedTest(name = "n = {0}, c = {1}, {2}")
  @CsvSource({"3, 0, RETRY", "3, 0, TWIN"})
  void everyOrderOfMessages(int n, int colluders, Second second) throws Refusal {
    assertThat(explore(n, colluders, second)).isLessThan(LIMIT);
  }

  @Tag("slow")
  @ParameterizedTest(name = "n = {0}, c = {1}, {2}")
  @CsvSource({"4, 1, RETRY", "4, 1, TWIN", "4, 0, NONE", "5, 1, NONE", "4, 0, RETRY", "4, 0, TWIN"})
  void everyOrderOfMessagesWithMoreMembers(int n, int colluders, Second second) throws Refusal {
    assertThat(explore(n, colluders, second)).isLessThan(LIMIT);
  }

  /** Half an hour on a busy machine, 3 GB of heap: {@code -Dschedules=all}. */
  @Tag("slow")
  @EnabledIfSystemProperty(named = "schedules", matches = "all")
  @ParameterizedTest(name = "n = {0}, c = {1}, {2}")
  @CsvSource({"5, 1, RETRY", "5, 1, TWIN"})
  void everyOrderOfMessagesOfTwoAttemptsOfFive(int n, int colluders, Second second) throws Refusal {
    assertThat(explore(n, colluders, second)).isLessThan(LIMIT);
  }

  private static int explore(int n, int colluders, Second second) throws Refusal {
    Explorer explorer = new Explorer(n, colluders, second, Defect.NONE, LIMIT);
    assertThat(explorer.explore()).isEmpty();
    System.out.printf(
        "n = %d, c = %d, second attempt %s: %,d states%n", n, colluders, second, explorer.states);
    assertThat(explorer.sumsReached).as("sums were reached").isPositive();
    assertThat(explorer.secondsReached > 0).as("seconds").isEqualTo(second != Second.NONE);
    return explorer.states;
  }

  @Tag("slow")
  @Test
  void withoutSignOnceBothKindsOfShareComeOut() throws Refusal {
    Defect forgetsSignature =
        new Defect(
            key -> key.endsWith("/signed-survivors") || key.endsWith("/sent-survivor-signature"),
            false);
    assertThat(new Explorer(4, 0, Second.NONE, forgetsSignature, LIMIT).explore())
        .startsWith("both kinds of share");
  }

  @Test
  void withoutADurableChoiceAMemberRevealsAndDenies() throws Refusal {
    Defect forgetsChoice =
        new Defect(
            key ->
                key.endsWith("/sent-reveal")
                    || key.endsWith("/sent-non-reveal")
                    || key.endsWith("/certified-digest"),
            false);
    assertThat(new Explorer(3, 0, Second.RETRY, forgetsChoice, LIMIT).explore())
        .startsWith("a member revealed and denied");
  }

  @Test
  void withErasureCountedAsNonRevealTwoSumsComeOut() throws Refusal {
    assertThat(new Explorer(3, 0, Second.RETRY, new Defect(key -> false, true), LIMIT).explore())
        .startsWith("two sums of one (job, round)");
  }
}
