package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;

/**
 * Signs something else than a member's own state machine made, and lets that machine believe it
 * always did so: it goes on lying consistently.
 */
public final class Liar {
  private Liar() {}

  public static Bytes flip(Bytes bytes, int at) {
    byte[] copy = bytes.toArray();
    copy[at] ^= 1;
    return Bytes.of(copy);
  }

  /** The message as the member would have signed it; its disk agrees. */
  public static byte[] resign(Site liar, Message changed) {
    Bytes sealed = Inbox.seal(new TestNotary(liar.name), changed);
    if (changed instanceof EpochKeys) {
      liar.disk.put("forming/sent-keys", sealed.toArray());
    }
    if (changed instanceof Parcel parcel) {
      believe(liar, parcel, sealed);
    }
    liar.restart();
    return sealed.toArray();
  }

  private static void believe(Site liar, Parcel parcel, Bytes sealed) {
    try {
      Received header = Inbox.open(new TestNotary(liar.name), parcel.sealedHeader().toArray());
      if (header.message() instanceof SectionHeader own) {
        boolean deposit = own.kind() == SectionHeader.Kind.DEPOSIT;
        liar.disk.put(
            deposit ? "forming/sent-deposit" : "forming/sent-encapsulations", sealed.toArray());
        if (deposit) {
          liar.disk.put("forming/own-deposit-digest", own.digest().bytes());
        }
      }
    } catch (Refusal broken) {
      // Nothing to believe: everybody refuses it.
    }
  }

  /** Changes a parcel's parts and signs a header that fits them. */
  public static Parcel withParts(Site liar, Parcel honest, UnaryOperator<Parcel> change)
      throws Refusal {
    TestNotary notary = new TestNotary(liar.name);
    SectionHeader header =
        (SectionHeader) Inbox.open(notary, honest.sealedHeader().toArray()).message();
    Parcel changed = change.apply(honest);
    SectionHeader signed =
        new SectionHeader(
            header.epoch(),
            header.kind(),
            header.context(),
            changed.common().sha256(),
            changed.recovery().sha256(),
            changed.sections().stream().map(Bytes::sha256).toList());
    return new Parcel(
        changed.epoch(),
        Inbox.seal(notary, signed),
        changed.common(),
        changed.recovery(),
        changed.sections());
  }

  public static Parcel section(Parcel p, int recipient, int at) {
    List<Bytes> sections = new ArrayList<>(p.sections());
    sections.set(recipient, flip(sections.get(recipient), at));
    return new Parcel(p.epoch(), p.sealedHeader(), p.common(), p.recovery(), sections);
  }
}
