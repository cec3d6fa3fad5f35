package org.concordat.secureagg.step;

import static org.concordat.secureagg.Refusal.require;

import java.util.Optional;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;

/** What this member's own copy of signed roster and policy say, as it was pinned. */
public final class Pinned {
  private Pinned() {}

  /** The one cohort that this member may work in. */
  public static Cohort cohort(Participant me, Transaction tx) throws Refusal {
    Optional<byte[]> pin = tx.get(Key.PIN);
    require(pin.isPresent(), Reason.COHORT_MISMATCH, me.self(), "no roster and policy pinned yet");
    return Cohort.decode(pin.orElseThrow());
  }

  /** All agents of the roster, or the one cohort that was pinned as such. */
  public static Alliance alliance(Participant me, Transaction tx) throws Refusal {
    Optional<byte[]> pinned = tx.get(Key.ALLIANCE);
    if (pinned.isPresent()) {
      return Alliance.decode(pinned.get());
    }
    Cohort cohort = cohort(me, tx);
    return new Alliance(
        cohort.alliance(),
        cohort.rosterDigest(),
        cohort.policyDigest(),
        cohort.members(),
        cohort.coordinator(),
        cohort.colluders());
  }

  public static void put(Transaction tx, Cohort cohort) {
    tx.put(Key.PIN, cohort.encode());
    tx.put(Key.PINNED + cohort.digest().hex(), cohort.encode());
  }
}
