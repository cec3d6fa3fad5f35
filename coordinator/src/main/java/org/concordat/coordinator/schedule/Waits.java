package org.concordat.coordinator.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * For whom or what running jobs wait that have no open round, in words for operators. Watchers are
 * told of a change, at most once a second of each job. In memory only; on the mailbox thread.
 */
public final class Waits {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private record Told(String why, Instant at) {}

  private final Clock clock;
  private final Consumer<String> changed;
  private final Map<String, String> now = new HashMap<>();
  private final Map<String, Told> told = new HashMap<>();

  /**
   * @param changed tells a job's watchers
   */
  public Waits(Clock clock, Consumer<String> changed) {
    this.clock = clock;
    this.changed = changed;
  }

  /** What a job waits for is about to be looked at again. */
  void begin(String job) {
    now.remove(job);
  }

  /** The first reason found counts: another cohort's may follow. */
  void add(String job, String why) {
    now.putIfAbsent(job, why);
  }

  /** It was looked at. */
  void end(String job) {
    Told before = told.getOrDefault(job, new Told("", Instant.EPOCH));
    String why = of(job);
    Instant at = clock.instant();
    if (!why.equals(before.why()) && Duration.between(before.at(), at).compareTo(PAUSE) >= 0) {
      told.put(job, new Told(why, at));
      changed.accept(job);
    }
  }

  /** A job has ended. */
  void forget(String job) {
    now.remove(job);
    told.remove(job);
  }

  /** What a job waits for; empty if nothing, or if it has an open round that says so. */
  String of(String job) {
    return now.getOrDefault(job, "");
  }
}
