package org.concordat.secureagg.blame;

import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.TokenMessage;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.TwoStatements;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * Two signed statements of one sender where the protocol allows one.
 *
 * <ul>
 *   <li>About an epoch number: of a member two keys, headers of one kind, checks or manifest
 *       signatures, or an opening of its keys (a complaint is one) with a manifest signature; of
 *       the coordinator two starts, key sets, lists of who is present, deposit sets or manifests.
 *   <li>About one of its tokens: two tasks that it was used for, two upload commitments, survivor
 *       signatures, reveals or state signatures, or a Reveal with a NonReveal.
 *   <li>About the tokens of one epoch, by two of its stores: a certified manifest pins one, and the
 *       other signs nothing of that number. What comes before the tokens is no contradiction then.
 * </ul>
 */
public final class Equivocation {
  private Equivocation() {}

  /**
   * @return the verdict, if the two contradict each other; empty if they are the same, about
   *     different things, or not validly signed (then there is nothing against anybody)
   */
  public static Optional<Verdict> of(Notary notary, byte[] first, byte[] second) {
    return between(notary, first, second)
        .flatMap(
            two -> {
              try {
                return Optional.of(judge(notary, two));
              } catch (Refusal impossible) {
                return Optional.empty();
              }
            });
  }

  /**
   * The two as evidence for others, if they contradict each other: a parcel shrinks to the header
   * that its author signed.
   */
  public static Optional<TwoStatements> between(Notary notary, byte[] first, byte[] second) {
    try {
      Bytes one = statement(notary, first);
      Bytes other = statement(notary, second);
      Received a = Inbox.open(notary, one.toArray());
      Received b = Inbox.open(notary, other.toArray());
      return a.sender().equals(b.sender()) && contradict(a, b)
          ? Optional.of(new TwoStatements(epoch(a.message()), one, other))
          : Optional.empty();
    } catch (Refusal nothing) {
      return Optional.empty();
    }
  }

  /**
   * @throws Refusal MISBOUND blaming nobody: the two do not contradict each other, or are about
   *     another number
   */
  static Verdict judge(Notary notary, TwoStatements two) throws Refusal {
    Received one = Inbox.openPresented(notary, "unknown", two.first());
    Received other = Inbox.openPresented(notary, "unknown", two.second());
    Message a = one.message();
    Message b = other.message();
    Refusal.require(
        one.sender().equals(other.sender()) && contradict(one, other) && epoch(a) == two.epoch(),
        Reason.MISBOUND,
        "unknown",
        "no evidence: a %s and a %s that do not contradict each other in epoch %d",
        a.type(),
        b.type(),
        two.epoch());
    return new Verdict(
        two.epoch(),
        one.sender(),
        Reason.EQUIVOCATION,
        !one.incarnation().equals(other.incarnation())
            ? "two of its stores spoke in one epoch: it signed %s and %s"
                .formatted(a.type(), b.type())
            : a.type().equals(b.type())
                ? "it signed two different " + a.type()
                : "it signed " + a.type() + " and " + b.type(),
        List.of(two.first().sha256(), two.second().sha256()));
  }

  private static Bytes statement(Notary notary, byte[] sealed) throws Refusal {
    return Inbox.open(notary, sealed).message() instanceof Parcel parcel
        ? parcel.sealedHeader()
        : Bytes.of(sealed);
  }

  private static boolean contradict(Received first, Received second) {
    Message a = first.message();
    Message b = second.message();
    boolean oneStore = first.incarnation().equals(second.incarnation());
    Optional<TokenRef> one = tokenOf(a);
    Optional<TokenRef> other = tokenOf(b);
    if (one.isPresent() && other.isPresent()) {
      boolean twoStores = !oneStore && one.get().epoch() == other.get().epoch();
      return twoStores || inToken(a, one.get(), b, other.get());
    }
    // a store that is lost while an epoch is set up, and a new one that is shown the same start,
    // are no lie: an epoch takes one store of a member
    return oneStore && epoch(a) == epoch(b) && inEpoch(a, b);
  }

  /** A token is burnt for one task, and opened or given up, never both. */
  private static boolean inToken(Message a, TokenRef one, Message b, TokenRef other) {
    if (one.epoch() != other.epoch() || one.token() != other.token()) {
      return false;
    }
    boolean both =
        (a instanceof Reveal && b instanceof NonReveal)
            || (a instanceof NonReveal && b instanceof Reveal);
    return both || !one.equals(other) || (a.getClass() == b.getClass() && !a.equals(b));
  }

  private static boolean inEpoch(Message a, Message b) {
    if (a instanceof SectionHeader one && b instanceof SectionHeader other) {
      return one.kind() == other.kind() && !one.equals(other);
    }
    if (a instanceof EncapsulationSet one && b instanceof EncapsulationSet other) {
      return !one.present().equals(other.present());
    }
    return (opens(a) && b instanceof ManifestSignature)
        || (opens(b) && a instanceof ManifestSignature)
        || (isSingle(a) && a.getClass() == b.getClass() && !a.equals(b));
  }

  private static boolean opens(Message message) {
    return message instanceof KeyOpening || message instanceof Complaint;
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

  private static long epoch(Message message) {
    return tokenOf(message).map(TokenRef::epoch).orElse(message.envelopeRound());
  }

  /** The token that a message is about, if it is one of which a member may send one only. */
  public static Optional<TokenRef> tokenOf(Message message) {
    boolean once =
        message instanceof UploadCommitment
            || message instanceof SurvivorSignature
            || message instanceof Reveal
            || message instanceof NonReveal
            || message instanceof StateSignature;
    return once && message instanceof TokenMessage about
        ? Optional.of(about.ref())
        : Optional.empty();
  }
}
