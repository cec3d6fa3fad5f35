package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.concordat.secureagg.codec.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CohortBoundsTest {
  /** The figures of the protocol's text, "More than 256 members". */
  @ParameterizedTest
  @CsvSource({
    "1000, 50, 36, 144, 106, 70",
    "1000, 100, 57, 154, 96, 39",
    "10000, 500, 45, 148, 102, 57",
    "10000, 1000, 66, 159, 91, 25"
  })
  void theProtocolsFiguresForCohortsOf250(
      int members, int colluding, int c, int threshold, int drops, int dropsSilent) {
    CohortBounds bounds = CohortBounds.of(members, colluding, 250);
    assertThat(bounds.colluders()).isEqualTo(c);
    assertThat(bounds.threshold()).isEqualTo(threshold);
    assertThat(bounds.toleratedDrops()).isEqualTo(drops);
    assertThat(bounds.toleratedDropsWithSilentColluders()).isEqualTo(dropsSilent);
  }

  @Test
  void atTwentyPercentSilentColludersStopIt() {
    assertThat(CohortBounds.of(1000, 200, 250).toleratedDropsWithSilentColluders()).isNegative();
    assertThat(CohortBounds.of(10_000, 2000, 250).toleratedDropsWithSilentColluders()).isNegative();
  }

  @Test
  void certaintyAtTheEnds() {
    assertThat(CohortBounds.of(100, 0, 50).colluders()).isZero();
    assertThat(CohortBounds.of(100, 5, 100).colluders()).isEqualTo(5);
    assertThat(CohortBounds.of(100, 100, 50).colluders()).isEqualTo(50);
    assertThatThrownBy(() -> CohortBounds.of(10, 11, 5))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("11");
    assertThatThrownBy(() -> CohortBounds.of(10, 1, 2))
        .isInstanceOf(MalformedMessageException.class);
  }
}
