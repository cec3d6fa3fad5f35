package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
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
   * @param name what is altered
   * @param maker makes what is sent
   * @param late whether only an opening can show it: hashes of b and K and the recovery records,
   *     which nobody can check before ("A round", bad dealer and bad W), and a key that nobody uses
   */
  record Lie(String name, Maker maker, boolean late) {
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
      lies.add(whole(liar, honest, (Message) changed));
    }
    if (honest instanceof Parcel parcel) {
      TestNotary notary = new TestNotary(liar.name);
      for (Object changed : Mutations.of(header(parcel, notary))) {
        SectionHeader header = (SectionHeader) changed;
        lies.add(ofHeader(notary, parcel, header));
      }
      for (Object changed : Mutations.of(parcel)) {
        Parcel parts = (Parcel) changed;
        if (parts.sealedHeader().equals(parcel.sealedHeader())) {
          lies.add(ofParts(liar, parcel, parts));
        }
      }
    }
    return lies;
  }

  private static Lie whole(Site liar, Message honest, Message changed) {
    return new Lie(
        "as it is: " + difference((Record) honest, (Record) changed),
        () -> changed,
        unusedKey(liar, honest, changed));
  }

  private static Lie ofHeader(TestNotary notary, Parcel parcel, SectionHeader header) {
    return new Lie("header", () -> with(parcel, Inbox.seal(notary, header)), false);
  }

  private static Lie ofParts(Site liar, Parcel honest, Parcel parts) {
    boolean late =
        !parts.common().equals(honest.common()) || !parts.recovery().equals(honest.recovery());
    boolean own = ownSectionOnly(liar, honest, parts);
    return new Lie(
        "signed: " + difference(honest, parts),
        () -> Liar.withParts(liar, honest, p -> parts),
        late || own);
  }

  /**
   * One lie for each field of the message, of a parcel's header and of what stands in its sections:
   * hashes of b and K and of their shares, W, C_ij, box.
   */
  static List<Lie> oneForEachField(Site liar, Message honest) throws Refusal {
    List<Lie> lies = new ArrayList<>();
    for (Object changed : Mutations.oneForEachField(honest)) {
      lies.add(whole(liar, honest, (Message) changed));
    }
    if (honest instanceof Parcel parcel) {
      TestNotary notary = new TestNotary(liar.name);
      for (Object changed : Mutations.oneForEachField(header(parcel, notary))) {
        lies.add(ofHeader(notary, parcel, (SectionHeader) changed));
      }
      for (Parcel parts : parts(parcel)) {
        lies.add(ofParts(liar, parcel, parts));
      }
    }
    return lies;
  }

  private static List<Parcel> parts(Parcel p) {
    List<Parcel> all = new ArrayList<>();
    for (int at : new int[] {0, Digest.SIZE_BYTES}) {
      if (at < p.common().size()) {
        Bytes common = Liar.flip(p.common(), at);
        all.add(new Parcel(p.epoch(), p.sealedHeader(), common, p.recovery(), p.sections()));
      }
    }
    if (p.recovery().size() > 0) {
      Bytes recovery = Liar.flip(p.recovery(), 0);
      all.add(new Parcel(p.epoch(), p.sealedHeader(), p.common(), recovery, p.sections()));
    }
    int box = DepositLayout.HASHES_BYTES + DepositLayout.COMMITMENTS_BYTES;
    for (int section = 0; section < p.sections().size(); section++) {
      for (int at : new int[] {0, Digest.SIZE_BYTES, DepositLayout.HASHES_BYTES, box}) {
        if (at < p.sections().get(section).size()) {
          all.add(Liar.section(p, section, at));
        }
      }
    }
    return all;
  }

  /** Names of the components that differ, with the element of a list. */
  static String difference(Record honest, Record changed) {
    List<String> names = new ArrayList<>();
    for (var component : honest.getClass().getRecordComponents()) {
      Object before = Mutations.get(honest, component);
      Object after = Mutations.get(changed, component);
      if (!before.equals(after)) {
        names.add(component.getName() + element(before, after));
      }
    }
    return String.join(", ", names);
  }

  private static String element(Object before, Object after) {
    if (before instanceof List<?> one
        && after instanceof List<?> other
        && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) {
        if (!one.get(i).equals(other.get(i))) {
          return "[" + i + "]";
        }
      }
    }
    return "";
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
