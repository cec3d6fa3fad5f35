package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.EpochKeys;
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

  /** Everyone whose deposit stands and who found all deposits good. */
  static Manifest manifest(EpochState state) throws Refusal {
    List<Manifest.Participant> participants = new ArrayList<>();
    for (int index : state.checked.keySet()) {
      Parcel deposit = Objects.requireNonNull(state.deposits.get(index));
      EpochKeys key = Objects.requireNonNull(state.keys.get(index));
      Digest header = EpochChecks.headerOf(state.notary, deposit).digest();
      participants.add(new Manifest.Participant(index, key.incarnation(), key.digest(), header));
    }
    return new Manifest(
        state.number(),
        state.cohort(),
        participants,
        Limits.TOKENS,
        state.start.previousEpoch(),
        state.start.previousManifest());
  }
}
