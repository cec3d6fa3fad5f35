package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionView;

/** What the coordinator makes of the parcels it has accepted. */
final class EpochParcels {
  private EpochParcels() {}

  /**
   * Views for one recipient of the parcels of present authors below {@code end}, its own excepted.
   */
  static List<SectionView> views(
      SortedMap<Integer, Parcel> parcels, List<Integer> present, int recipient, int end) {
    List<SectionView> views = new ArrayList<>();
    parcels.forEach(
        (author, parcel) -> {
          if (author < end && author != recipient && present.contains(author)) {
            views.add(
                new SectionView(
                    parcel.sealedHeader(), parcel.common(), parcel.sections().get(recipient)));
          }
        });
    return views;
  }

  /** Everyone whose deposit was accepted, with the digests of its keys and deposit. */
  static Manifest manifest(
      Notary notary,
      EpochStart start,
      SortedMap<Integer, EpochKeys> keys,
      SortedMap<Integer, Parcel> deposits)
      throws Refusal {
    List<Manifest.Participant> participants = new ArrayList<>();
    for (Map.Entry<Integer, Parcel> deposit : deposits.entrySet()) {
      EpochKeys key = Objects.requireNonNull(keys.get(deposit.getKey()));
      Digest header = EpochChecks.headerOf(notary, deposit.getValue()).digest();
      participants.add(new Manifest.Participant(deposit.getKey(), key.digest(), header));
    }
    return new Manifest(
        start.number(),
        start.cohort(),
        participants,
        Limits.TOKENS,
        start.previousEpoch(),
        start.previousManifest());
  }
}
