package org.concordat.coordinator.epoch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.server.EpochServer;

/** Which store of each participant an epoch is about. */
public record Pinned(Manifest manifest) {
  /** Of a certified epoch. */
  public static Pinned of(EpochServer epoch) {
    return new Pinned(epoch.manifest().orElseThrow());
  }

  /** Participants for which this holds of their store. */
  public List<String> where(BiPredicate<String, Incarnation> test) {
    List<String> found = new ArrayList<>();
    for (Manifest.Participant participant : manifest.participants()) {
      String member = manifest.cohort().members().get(participant.index());
      if (test.test(member, participant.incarnation())) {
        found.add(member);
      }
    }
    return found;
  }
}
