package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Verdict;
import org.junit.jupiter.api.Test;

/** Who stays out of epochs, and for how long. */
class LeftOutTest {
  private static final Digest ROSTER = Digest.sha256(new byte[] {1});
  private static final Digest OTHER_ROSTER = Digest.sha256(new byte[] {2});

  private final LeftOut leftOut = new LeftOut();

  private static Cohort cohort(Digest roster) {
    return Cohort.of(
        "alliance", roster, Digest.NONE, List.of("m0", "m1", "m2", "m3"), "coordinator", 0);
  }

  private static Verdict verdict(String liar, Reason reason) {
    return new Verdict(1, liar, reason, "why", List.of());
  }

  @Test
  void aLiarStaysOutAsLongAsTheRosterIsTheSame() {
    leftOut.failed(ROSTER, List.of(verdict("m1", Reason.BAD_SHARE)));
    leftOut.certified(2);
    assertThat(leftOut.without(cohort(ROSTER), 2, 64).members()).containsExactly("m0", "m2", "m3");
    assertThat(leftOut.without(cohort(ROSTER), 2, 0).members()).hasSize(3);
    assertThat(leftOut.without(cohort(OTHER_ROSTER), 2, 0).members()).hasSize(4);
  }

  @Test
  void whoDidNotAnswerStaysOutOfTheNextCertifiedEpochOnly() {
    leftOut.failed(ROSTER, List.of(verdict("m1", Reason.UNRESPONSIVE)));
    assertThat(leftOut.without(cohort(ROSTER), 0, 0).members()).hasSize(3);
    leftOut.certified(2);
    assertThat(leftOut.without(cohort(ROSTER), 2, 1).members()).hasSize(3);
    assertThat(leftOut.without(cohort(ROSTER), 2, 0).members()).hasSize(4);
    leftOut.certified(3);
    assertThat(leftOut.without(cohort(ROSTER), 3, 64).members()).hasSize(4);
  }

  @Test
  void tooFewAreLeft() {
    leftOut.failed(
        ROSTER, List.of(verdict("m1", Reason.BAD_BOX), verdict("m2", Reason.EQUIVOCATION)));
    assertThatThrownBy(() -> leftOut.without(cohort(ROSTER), 0, 0))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageEndingWith("m1, m2");
  }

  @Test
  void nobodyIsLeftOutWithoutAVerdict() {
    Cohort all = cohort(ROSTER);
    leftOut.certified(1);
    assertThat(leftOut.without(all, 1, 64)).isSameAs(all);
  }
}
