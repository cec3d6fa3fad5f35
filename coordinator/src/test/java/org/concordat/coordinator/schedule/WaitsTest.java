package org.concordat.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;

/** What operators are told of jobs that wait, and how often. */
class WaitsTest {
  private static final String JOB = "job-1";
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private final List<String> told = new ArrayList<>();
  private final Waits waits = new Waits(clock, job -> told.add(job));

  private void look(String... reasons) {
    waits.begin(JOB);
    for (String reason : reasons) {
      waits.add(JOB, reason);
    }
    waits.end(JOB);
  }

  @Test
  void theFirstReasonCountsAndIsToldOnce() {
    look("epoch 1: waiting for m1", "epoch 2: waiting for m2");
    look("epoch 1: waiting for m1", "epoch 2: waiting for m3");
    assertThat(waits.of(JOB)).isEqualTo("epoch 1: waiting for m1");
    assertThat(waits.of("another")).isEmpty();
    assertThat(told).containsExactly(JOB);
  }

  @Test
  void aChangeIsToldAfterASecondAndTheEndOfTheWaitToo() {
    look("epoch 1: waiting for m1, m2");
    look("epoch 1: waiting for m1");
    assertThat(told).as("at most once a second").hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    look("epoch 1: waiting for m1");
    assertThat(told).hasSize(2);
    clock.advance(Duration.ofSeconds(1));
    look();
    assertThat(told).hasSize(3);
    assertThat(waits.of(JOB)).isEmpty();
  }

  @Test
  void whoNeverWaitedIsNotTold() {
    look();
    waits.forget(JOB);
    assertThat(told).isEmpty();
  }
}
