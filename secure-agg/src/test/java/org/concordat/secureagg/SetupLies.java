package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;

/** Every way in which one message of an epoch's set-up can be something else. */
final class SetupLies {
  /** The messages that a member signs in an epoch without complaints, in their order. */
  enum Step {
    KEYS,
    ENCAPSULATIONS,
    DEPOSIT,
    CHECKED,
    SIGNATURE
  }

  /**
   * One lie.
   *
   * @param maker makes what is sent
   * @param late whether only an opening can show it: hashes of b and K and the recovery records,
   *     which nobody can check before ("A round", bad dealer and bad W), and a key that nobody uses
   */
  record Lie(Maker maker, boolean late) {
    Message message() throws Refusal {
      return maker.make();
    }
  }

  /** Signs only the lie that is told. */
  interface Maker {
    Message make() throws Refusal;
  }

  private SetupLies() {}

  static Step step(Message message, Notary notary) throws Refusal {
    if (message instanceof Parcel parcel) {
      SectionHeader header = header(parcel, notary);
      return header.kind() == SectionHeader.Kind.DEPOSIT ? Step.DEPOSIT : Step.ENCAPSULATIONS;
    }
    if (message instanceof EpochKeys) {
      return Step.KEYS;
    }
    return message.type().contains("checked") ? Step.CHECKED : Step.SIGNATURE;
  }

  private static SectionHeader header(Parcel parcel, Notary notary) throws Refusal {
    return (SectionHeader) Inbox.open(notary, parcel.sealedHeader().toArray()).message();
  }

  /** Every field of the message; of a parcel also every field of its header, signed anew. */
  static List<Lie> of(Site liar, Message honest) throws Refusal {
    List<Lie> lies = new ArrayList<>();
    for (Object changed : Mutations.of(honest)) {
      lies.add(new Lie(() -> (Message) changed, unusedKey(liar, honest, (Message) changed)));
    }
    if (honest instanceof Parcel parcel) {
      TestNotary notary = new TestNotary(liar.name);
      for (Object changed : Mutations.of(header(parcel, notary))) {
        SectionHeader header = (SectionHeader) changed;
        lies.add(new Lie(() -> with(parcel, Inbox.seal(notary, header)), false));
      }
      for (Object changed : Mutations.of(parcel)) {
        Parcel parts = (Parcel) changed;
        if (parts.sealedHeader().equals(parcel.sealedHeader())) {
          boolean late =
              !parts.common().equals(parcel.common())
                  || !parts.recovery().equals(parcel.recovery());
          boolean own = ownSectionOnly(liar, parcel, parts);
          lies.add(new Lie(() -> Liar.withParts(liar, parcel, p -> parts), late || own));
        }
      }
    }
    return lies;
  }

  /** Nobody encapsulates to the lowest: its ML-KEM key only goes into the pair keys as it is. */
  private static boolean unusedKey(Site liar, Message honest, Message changed) {
    return index(liar) == 0
        && honest instanceof EpochKeys before
        && changed instanceof EpochKeys after
        && !before.mlKem768().equals(after.mlKem768());
  }

  private static int index(Site site) {
    return Integer.parseInt(site.name.substring(site.name.length() - 3));
  }

  /** A dealer's section for itself: hashes of shares that only it will ever reveal. */
  private static boolean ownSectionOnly(Site liar, Parcel honest, Parcel changed) {
    int self = index(liar);
    return self < honest.sections().size()
        && changed.sections().size() == honest.sections().size()
        && !changed.sections().get(self).equals(honest.sections().get(self));
  }

  private static Parcel with(Parcel parcel, Bytes header) {
    return new Parcel(
        parcel.epoch(), header, parcel.common(), parcel.recovery(), parcel.sections());
  }
}
