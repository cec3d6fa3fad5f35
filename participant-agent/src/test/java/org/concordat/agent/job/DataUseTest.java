package org.concordat.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DataUseTest {
  @Test
  void aRetryOfARoundIsCountedOnce() {
    DataUse fresh =
        DataUse.of(
            "job", "toy", "ab".repeat(32), "cd".repeat(32), List.of("zurich", "boston"), "", 11);
    DataUse opened = fresh.opening(0).opening(1).over();
    assertThat(opened.sums()).isEqualTo(2);
    assertThat(DataUse.ofJson(opened.toJson())).isEqualTo(opened);
    assertThat(fresh.over().sums()).isZero();
  }
}
