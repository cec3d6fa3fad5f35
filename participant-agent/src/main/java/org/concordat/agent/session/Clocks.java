package org.concordat.agent.session;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** This site's clock beside the coordinator's. */
public final class Clocks {
  /** Further apart than this is told. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Clocks() {}

  /**
   * Both times and what to do, where they are further apart than certificates and logs can bear;
   * else empty.
   *
   * @param theirs the epoch's beginning where the coordinator did not say
   */
  public static String apart(Instant ours, Instant theirs) {
    Duration apart = Duration.between(theirs, ours).abs();
    if (theirs.equals(Instant.EPOCH) || apart.compareTo(LIMIT) <= 0) {
      return "";
    }
    return ("this site's clock says %s, the coordinator's %s: %s s apart. Next: set the"
            + " one that is wrong (NTP); certificates are judged by them")
        .formatted(
            ours.truncatedTo(ChronoUnit.SECONDS),
            theirs.truncatedTo(ChronoUnit.SECONDS),
            apart.toSeconds());
  }
}
