package org.concordat.coordinator.epoch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.server.EpochServer;

/**
 * Whether a number under way is still worth waiting for: how long ago anybody asked for its tokens,
 * and how long ago one of its members was heard. In memory only: after a restart both are now. Asks
 * are counted by ticks, so that a coordinator that stood still takes nobody for gone.
 */
final class Demand {
  private final Clock clock;
  private final Duration wait;
  private Instant heardSince;
  private Instant askedSince;
  private boolean asked;

  /**
   * @param wait after which nobody wants it, or nobody answers
   */
  Demand(Clock clock, Duration wait) {
    this.clock = clock;
    this.wait = wait;
    this.heardSince = clock.instant();
    this.askedSince = heardSince;
  }

  /** One of its members' messages was taken. */
  void heard() {
    heardSince = clock.instant();
  }

  /** Somebody asks for one of its tokens. */
  void asked() {
    asked = true;
  }

  void tick() {
    if (asked) {
      askedSince = clock.instant();
      asked = false;
    }
  }

  /**
   * Whether the number under way gives way to another cohort: its roster or policies are no longer
   * those in force, nobody has asked for it during the whole wait, or none of its members was heard
   * during it and too few have answered, while everybody of the other cohort is here.
   */
  boolean givesWay(EpochServer making, Cohort other, Predicate<String> isHere) {
    Cohort cohort = making.cohort();
    return !cohort.rosterDigest().equals(other.rosterDigest())
        || !cohort.policyDigest().equals(other.policyDigest())
        || (!asked && overdue(askedSince))
        || (overdue(heardSince)
            && !making.waiting().enough()
            && other.members().stream().allMatch(isHere));
  }

  private boolean overdue(Instant since) {
    return Duration.between(since, clock.instant()).compareTo(wait) >= 0;
  }
}
