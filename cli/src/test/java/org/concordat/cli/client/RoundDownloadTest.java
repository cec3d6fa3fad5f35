package org.concordat.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.CohortSum;
import org.junit.jupiter.api.Test;

/** What a coordinator could leave out of a round over several cohorts. */
class RoundDownloadTest {
  private static CohortSum sum(int cohort) {
    return new CohortSum(
        Digest.sha256(new byte[] {(byte) cohort}), 4, Digest.sha256(new byte[] {9, (byte) cohort}));
  }

  private static final List<CohortSum> THREE = List.of(sum(1), sum(2), sum(3));

  @Test
  void everyCohortThatWasDrawnIsChecked() {
    for (int cohort = 1; cohort <= 3; cohort++) {
      assertThat(RoundDownload.complete(cohort, 3, 3, THREE, sum(cohort))).isTrue();
    }
    assertThat(RoundDownload.complete(0, 0, 0, List.of(), sum(1))).isTrue();
  }

  @Test
  void aCohortThatIsNotNamedIsMissed() {
    assertThat(RoundDownload.complete(1, 1, 3, THREE, sum(1))).isFalse();
    assertThat(RoundDownload.complete(1, 2, 3, THREE, sum(1))).isFalse();
    assertThat(RoundDownload.complete(1, 4, 3, THREE, sum(1))).isFalse();
    assertThat(RoundDownload.complete(0, 0, 0, THREE, sum(1))).isFalse();
    assertThat(RoundDownload.complete(1, 3, 3, THREE.subList(0, 2), sum(1))).isFalse();
    assertThat(RoundDownload.complete(1, 2, 2, THREE, sum(1))).isFalse();
  }

  @Test
  void eachCohortIsListedOnceAndInItsPlace() {
    assertThat(RoundDownload.complete(2, 3, 3, THREE, sum(1))).isFalse();
    assertThat(RoundDownload.complete(1, 3, 3, List.of(sum(1), sum(2), sum(2)), sum(1))).isFalse();
  }
}
