package org.concordat.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The queue of everything that is going to happen, and the time that it is. */
final class VirtualTime {
  private record Event(long atMillis, long order, Life life, Runnable what) {}

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::order));
  private final Instant begin;
  private long nowMillis;
  private long order;

  VirtualTime(Instant begin) {
    this.begin = begin;
  }

  /** Milliseconds since the beginning. */
  long now() {
    return nowMillis;
  }

  /** Something that happens later, if its life has not ended by then. */
  void after(long millis, Life life, Runnable what) {
    queue.add(new Event(nowMillis + Math.max(0, millis), order++, life, what));
  }

  /**
   * Lets the next thing happen; a life that is killed by it ends.
   *
   * @return false if nothing is left, or not before a time
   */
  boolean step(long untilMillis) {
    Event next = queue.peek();
    if (next == null || next.atMillis() > untilMillis) {
      nowMillis = Math.max(nowMillis, untilMillis);
      return false;
    }
    queue.remove();
    nowMillis = next.atMillis();
    if (next.life().alive()) {
      try {
        next.what().run();
      } catch (Killed ended) {
        // whoever it was is dead
      }
    }
    return true;
  }

  /** A clock that may be off. */
  Clock clock(Life life) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return begin.plusMillis(nowMillis + life.skewMillis());
      }
    };
  }
}
