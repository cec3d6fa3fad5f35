package org.concordat.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DenialFloodTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final SettableClock clock = new SettableClock(START);
  private final DenialFlood flood = new DenialFlood(MINUTE, clock);

  @Test
  void firstIsReportedAtOnceAndTheRestOncePerInterval() {
    assertThat(flood.record("no certificate"))
        .contains(new DenialFlood.Summary(START, START, 1, "no certificate"));
    clock.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 1000; i++) {
      assertThat(flood.record("expired")).isEmpty();
    }
    assertThat(flood.flushIfDue()).isEmpty();
    clock.advance(Duration.ofSeconds(50));
    assertThat(flood.flushIfDue())
        .contains(
            new DenialFlood.Summary(START.plusSeconds(10), START.plusSeconds(60), 1000, "expired"));
    assertThat(flood.flushIfDue()).isEmpty();
    assertThat(flood.flush()).isEmpty();
  }

  @Test
  void afterAQuietIntervalTheNextIsReportedAtOnce() {
    flood.record("a");
    clock.advance(MINUTE);
    assertThat(flood.record("b").map(DenialFlood.Summary::denials)).contains(1L);
  }

  @Test
  void shutdownReportsWhatIsPending() {
    flood.record("a");
    flood.record("b");
    flood.record("c");
    assertThat(flood.flush().map(DenialFlood.Summary::denials)).contains(2L);
  }

  @Test
  void intervalMustBePositive() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DenialFlood(Duration.ZERO, clock));
  }

  @TestFactory
  Stream<DynamicTest> nothingGoesUncounted() {
    return Seeded.property(
        "reported + pending = recorded",
        20,
        random -> {
          SettableClock time = new SettableClock(START);
          DenialFlood folded = new DenialFlood(MINUTE, time);
          long recorded = 0;
          long reported = 0;
          long reports = 0;
          for (int i = 0; i < 500; i++) {
            time.advance(Duration.ofSeconds(random.nextInt(10)));
            recorded++;
            Optional<DenialFlood.Summary> summary = folded.record("r" + i);
            reported += summary.map(DenialFlood.Summary::denials).orElse(0L);
            reports += summary.isPresent() ? 1 : 0;
          }
          reported += folded.flush().map(DenialFlood.Summary::denials).orElse(0L);
          assertThat(reported).isEqualTo(recorded);
          long minutes = Duration.between(START, time.instant()).toMinutes();
          assertThat(reports).isLessThanOrEqualTo(minutes + 1);
        });
  }
}
