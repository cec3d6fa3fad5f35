package org.concordat.secureagg.blame;

import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Received;
import org.concordat.secureagg.message.SectionHeader;

/**
 * Two signed statements of one sender about one epoch number, where the protocol allows one: of a
 * member its keys, each of its two headers, its check and its manifest signature; of the
 * coordinator the start, the key set, who is present, the deposit set and the manifest.
 */
public final class Equivocation {
  private Equivocation() {}

  /**
   * @return the verdict, if the two contradict each other; empty if they are the same, about
   *     different things, or not validly signed (then there is nothing against anybody)
   */
  public static Optional<Verdict> of(Notary notary, byte[] first, byte[] second) {
    Received one;
    Received other;
    try {
      one = unwrap(notary, Inbox.open(notary, first));
      other = unwrap(notary, Inbox.open(notary, second));
    } catch (Refusal nothing) {
      return Optional.empty();
    }
    Message a = one.message();
    Message b = other.message();
    if (!one.sender().equals(other.sender())
        || a.envelopeRound() != b.envelopeRound()
        || !contradict(a, b)) {
      return Optional.empty();
    }
    String explanation = "it signed two different " + a.type();
    return Optional.of(
        new Verdict(
            a.envelopeRound(),
            one.sender(),
            Reason.EQUIVOCATION,
            explanation,
            List.of(Bytes.of(first).sha256(), Bytes.of(second).sha256())));
  }

  /** What a parcel says stands in the header that its author signed. */
  private static Received unwrap(Notary notary, Received received) throws Refusal {
    if (received.message() instanceof Parcel parcel) {
      return Inbox.open(notary, parcel.sealedHeader().toArray());
    }
    return received;
  }

  private static boolean contradict(Message a, Message b) {
    if (a instanceof SectionHeader one && b instanceof SectionHeader other) {
      return one.kind() == other.kind() && !one.equals(other);
    }
    if (a instanceof EncapsulationSet one && b instanceof EncapsulationSet other) {
      return !one.present().equals(other.present());
    }
    return isSingle(a) && a.getClass() == b.getClass() && !a.equals(b);
  }

  private static boolean isSingle(Message message) {
    return message instanceof EpochStart
        || message instanceof EpochKeys
        || message instanceof KeySet
        || message instanceof DepositSet
        || message instanceof DepositsChecked
        || message instanceof Manifest
        || message instanceof ManifestSignature;
  }
}
