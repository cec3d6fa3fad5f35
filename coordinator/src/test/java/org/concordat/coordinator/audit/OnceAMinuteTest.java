package org.concordat.coordinator.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnceAMinuteTest {
  private static final long SECOND = 1_000_000_000L;

  private long now = -5 * SECOND;
  private final List<String> said = new ArrayList<>();

  @Test
  void aThousandTimesAreOneLineAMinuteAndNothingGoesUncounted() {
    OnceAMinute complaint = new OnceAMinute(() -> now, said::add);
    for (int i = 0; i < 1_000; i++) {
      complaint.say("a tile is missing");
    }
    assertThat(said).containsExactly("a tile is missing");
    now += 59 * SECOND;
    complaint.say("a tile is missing");
    assertThat(said).hasSize(1);
    now += SECOND;
    complaint.say("it still is");
    assertThat(said.get(1)).startsWith("it still is").contains("1000 times more");
    now += 60 * SECOND;
    complaint.say("again");
    assertThat(said.get(2)).isEqualTo("again");
  }
}
