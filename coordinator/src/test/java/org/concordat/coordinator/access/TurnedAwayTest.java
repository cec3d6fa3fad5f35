package org.concordat.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.coordinator.access.TurnedAway.Flood;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;

class TurnedAwayTest {
  private static final Instant START = Instant.parse("2026-12-01T10:00:00Z");

  private final SettableClock clock = new SettableClock(START);
  private final List<Flood> told = new ArrayList<>();
  private final TurnedAway turnedAway = new TurnedAway(Limits.DEFAULT, clock, told::add);

  private static Flood flood(String who, Limit limit, long times, Instant from, Instant until) {
    return new Flood(who, limit, limit.usual(), times, from, until);
  }

  @Test
  void aFloodIsOneEntryAMinuteAndNothingGoesUncounted() {
    for (int i = 0; i < 1_000; i++) {
      turnedAway.connection(Limit.HANDSHAKES, InetAddress.getLoopbackAddress());
    }
    turnedAway.look();
    assertThat(told)
        .containsExactly(flood("unauthenticated", Limit.HANDSHAKES, 1_000, START, START));
    told.clear();
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 500; i++) {
      turnedAway.connection(Limit.HANDSHAKES, InetAddress.getLoopbackAddress());
    }
    clock.advance(Duration.ofSeconds(58));
    turnedAway.look();
    assertThat(told).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    turnedAway.look();
    turnedAway.look();
    Instant end = START.plusSeconds(60);
    assertThat(told)
        .containsExactly(
            flood("unauthenticated", Limit.HANDSHAKES, 500, START.plusSeconds(1), end));
  }

  @Test
  void eachMemberAndEachLimitIsToldForItself() {
    turnedAway.member("lyon", Limit.CALL_RATE_PER_MEMBER);
    turnedAway.member("oslo", Limit.CALL_RATE_PER_MEMBER);
    turnedAway.member("oslo", Limit.CONNECTIONS_PER_MEMBER);
    turnedAway.look();
    assertThat(told)
        .containsExactlyInAnyOrder(
            flood("lyon", Limit.CALL_RATE_PER_MEMBER, 1, START, START),
            flood("oslo", Limit.CALL_RATE_PER_MEMBER, 1, START, START),
            flood("oslo", Limit.CONNECTIONS_PER_MEMBER, 1, START, START));
  }

  @Test
  void whatIsLeftIsToldAtTheEnd() {
    turnedAway.member("lyon", Limit.CALL_RATE_PER_MEMBER);
    turnedAway.look();
    turnedAway.member("lyon", Limit.CALL_RATE_PER_MEMBER);
    turnedAway.flush();
    turnedAway.flush();
    assertThat(told).hasSize(2);
  }
}
