package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;

/** A member that sends rubbish by the thousand costs the log a few entries, all of it counted. */
class AlarmsTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-30T05:00:00Z"));
  private final List<String> told = new ArrayList<>();
  private final Alarms alarms = new Alarms(clock, (member, what) -> told.add(member + ": " + what));

  @Test
  void aFloodIsToldTogether() {
    for (int i = 0; i < 5_000; i++) {
      alarms.add("zurich", "rubbish " + i);
    }
    alarms.add("lyon", "its first");
    assertThat(told).hasSize(Alarms.EACH + 2).contains("zurich: rubbish 20", "lyon: its first");
    alarms.flush();
    assertThat(told).hasSize(Alarms.EACH + 2);
    clock.advance(Alarms.INTERVAL);
    alarms.flush();
    assertThat(told)
        .hasSize(Alarms.EACH + 3)
        .last()
        .isEqualTo("zurich: 4979 alarms from 2026-11-30T05:00:00Z on, the last: rubbish 4999");
    alarms.add("zurich", "a new interval");
    assertThat(told).last().isEqualTo("zurich: a new interval");
  }
}
