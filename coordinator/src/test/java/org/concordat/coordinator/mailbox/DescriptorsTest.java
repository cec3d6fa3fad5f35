package org.concordat.coordinator.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorsTest {
  @Test
  void itIsSaidBeforeNoneIsLeft() {
    assertThat(Descriptors.warning(899, 1_000)).isEmpty();
    assertThat(Descriptors.warning(900, 1_000).orElseThrow()).contains("900 of 1000", "ulimit -n");
  }

  @Test
  void aLimitOfConnectionsThatCannotBeReachedIsNamed() {
    assertThat(Descriptors.room(4_096, 20_000)).isEmpty();
    assertThat(Descriptors.room(4_096, 4_096).orElseThrow())
        .contains("limits.connections is 4096", "may open 4096 files", "ulimit -n");
  }
}
