package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.concordat.iam.DenialFlood;

/**
 * Alarms about members' messages, so that no member fills the log, each entry of which costs a
 * flush of the disk: the first {@value #EACH} of an interval are told one by one, those after them
 * are counted and told together. No alarm goes uncounted. On one thread.
 */
final class Alarms {
  static final int EACH = 20;
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Clock clock;
  private final BiConsumer<String, String> told;
  private final Map<String, Member> members = new TreeMap<>();

  /** What one member did in the interval in hand. */
  private final class Member {
    private final DenialFlood flood = new DenialFlood(INTERVAL, clock);
    private Instant ends = Instant.MIN;
    private int one;

    Optional<String> record(String what) {
      Instant now = clock.instant();
      if (!now.isBefore(ends)) {
        ends = now.plus(INTERVAL);
        one = 0;
      }
      return ++one <= EACH ? Optional.of(what) : flood.record(what).map(Alarms::words);
    }
  }

  /**
   * @param told member and words of an alarm to write now
   */
  Alarms(Clock clock, BiConsumer<String, String> told) {
    this.clock = clock;
    this.told = told;
  }

  void add(String member, String what) {
    members
        .computeIfAbsent(member, unseen -> new Member())
        .record(what)
        .ifPresent(words -> told.accept(member, words));
  }

  /** Tells what is pending and due; call it from a timer. */
  void flush() {
    members.forEach(
        (member, one) ->
            one.flood.flushIfDue().map(Alarms::words).ifPresent(w -> told.accept(member, w)));
  }

  private static String words(DenialFlood.Summary summary) {
    return summary.denials() == 1
        ? summary.lastReason()
        : "%d alarms from %s on, the last: %s"
            .formatted(summary.denials(), summary.from(), summary.lastReason());
  }
}
