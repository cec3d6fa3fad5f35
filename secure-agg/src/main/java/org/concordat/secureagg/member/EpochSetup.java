package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SectionView;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/** The epoch that is being set up, as its keys hold it. */
record EpochSetup(Participant me, Transaction tx, EpochStart start) {
  /** The epoch being set up, if it has this number and the sender may speak in it. */
  static EpochSetup of(Participant me, Transaction tx, String sender, long epoch) throws Refusal {
    Optional<byte[]> stored = tx.get(Key.SETUP_START);
    EpochStart start = stored.map(EpochStart::decode).orElse(null);
    if (start == null || start.number() != epoch) {
      throw new Refusal(
          Reason.EPOCH_UNKNOWN, sender, "epoch " + epoch + " is not being set up here");
    }
    me.requireCoordinator(sender, start.cohort());
    return new EpochSetup(me, tx, start);
  }

  Cohort cohort() {
    return start.cohort();
  }

  long epoch() {
    return start.number();
  }

  int self() {
    return cohort().indexOf(me.self());
  }

  String name(int index) {
    return cohort().members().get(index);
  }

  /** Step 1 must be over: the keys of everyone present. */
  SortedMap<Integer, EpochKeys> keys() throws Refusal {
    Optional<byte[]> stored = tx.get(Key.SETUP_KEY_SET);
    require(stored.isPresent(), Reason.WRONG_STEP, cohort().coordinator(), "no key set yet");
    ByteReader in = new ByteReader(stored.orElseThrow());
    SortedMap<Integer, EpochKeys> keys = new TreeMap<>();
    in.list(Limits.MEMBERS, r -> keys.put(r.u16(), EpochKeys.decode(r.bytes(2048))) == null);
    return keys;
  }

  static byte[] encodeKeys(SortedMap<Integer, EpochKeys> keys) {
    return new ByteWriter()
        .list(
            List.copyOf(keys.entrySet()),
            (w, entry) -> w.u16(entry.getKey()).bytes(entry.getValue().encode()))
        .toBytes();
  }

  /** Step 2 must be over: who is present. */
  List<Integer> present() throws Refusal {
    Optional<byte[]> stored = tx.get(Key.SETUP_PRESENT);
    require(
        stored.isPresent(), Reason.WRONG_STEP, cohort().coordinator(), "no encapsulation set yet");
    return decodeIndices(stored.orElseThrow());
  }

  static byte[] encodeIndices(List<Integer> indices) {
    return new ByteWriter().list(indices, ByteWriter::u16).toBytes();
  }

  static List<Integer> decodeIndices(byte[] bytes) {
    return new ByteReader(bytes).list(Limits.MEMBERS, ByteReader::u16);
  }

  byte[] pairKey(int peer) {
    return tx.need(Key.pairKey(peer));
  }

  /**
   * Checks a view of a parcel: author, epoch, kind, context, and that the parts are those that the
   * author signed.
   */
  SectionHeader checkView(SectionView view, int author, SectionHeader.Kind kind, Digest context)
      throws Refusal {
    SectionHeader header =
        Inbox.openPresented(
            me.notary(),
            cohort().coordinator(),
            view.sealedHeader(),
            SectionHeader.class,
            name(author),
            Objects.requireNonNull(keys().get(author)).incarnation());
    require(
        header.epoch() == epoch() && header.kind() == kind,
        Reason.MISBOUND,
        cohort().coordinator(),
        "a header of epoch %d, %s, where %d, %s is due",
        header.epoch(),
        header.kind(),
        epoch(),
        kind);
    require(
        header.context().equals(context),
        Reason.CONFLICTING_MESSAGE,
        cohort().coordinator(),
        "\"%s\" was shown another epoch %d than I was",
        name(author),
        epoch());
    require(
        header.sections().size() == cohort().size()
            && header.commonDigest().equals(view.common().sha256())
            && header.sections().get(self()).equals(view.section().sha256()),
        Reason.BAD_SECTION,
        cohort().coordinator(),
        "the sections of \"%s\" are not those that it signed",
        name(author));
    return header;
  }

  /** Keeps what a lower index sent, as it signed it. */
  void keepEncapsulation(int peer, SectionView view) {
    ByteWriter kept = new ByteWriter().bytes(view.sealedHeader().toArray());
    tx.put(Key.encapsulation(peer), kept.bytes(view.section().toArray()).toBytes());
  }

  /**
   * The encapsulation between this member and another, sent or received: header and ciphertext;
   * empty if there is none.
   */
  Optional<SectionView> encapsulation(int peer) throws Refusal {
    if (peer > self()) {
      Optional<byte[]> sent = tx.get(Key.SETUP_ENCAPSULATIONS);
      if (sent.isEmpty()) {
        return Optional.empty();
      }
      Parcel parcel = Inbox.open(me.notary(), Bytes.of(sent.get()), Parcel.class, me.self());
      return Optional.of(
          new SectionView(parcel.sealedHeader(), Bytes.EMPTY, parcel.sections().get(peer)));
    }
    return tx.get(Key.encapsulation(peer))
        .map(ByteReader::new)
        .map(
            in ->
                new SectionView(
                    Bytes.of(in.bytes(Limits.SEALED_BYTES)),
                    Bytes.EMPTY,
                    Bytes.of(in.bytes(Limits.SEALED_BYTES))));
  }

  /** Seals a parcel's header and the parcel, and sends it, once. */
  void sendParcel(
      String key,
      SectionHeader.Kind kind,
      Digest context,
      Bytes common,
      Bytes recovery,
      List<Bytes> sections)
      throws Refusal {
    SectionHeader header =
        new SectionHeader(
            epoch(),
            kind,
            context,
            common.sha256(),
            recovery.sha256(),
            sections.stream().map(Bytes::sha256).toList());
    Bytes sealedHeader = tx.seal(me, header);
    if (kind == SectionHeader.Kind.DEPOSIT) {
      tx.put(Key.SETUP_OWN_HEADER, header.digest().bytes());
    }
    tx.sendOnce(me, key, new Parcel(epoch(), sealedHeader, common, recovery, sections));
  }
}
