package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.Optional;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/** NonRevealRequest → NonReveal, and quorums of NonReveals. */
final class Voiding {
  private Voiding() {}

  /** Refused once this member has revealed; final, durable before it is sent. */
  static void onRequest(Participant me, Transaction tx, String sender, NonRevealRequest request)
      throws Refusal {
    Manifest manifest = manifest(tx, sender, request.ref().epoch());
    me.requireCoordinator(sender, manifest.cohort());
    Stores.requirePinned(me, tx, sender, manifest);
    // Its keys, and with them its shares, are open: its NonReveal would count for both quorums.
    Complaining.requireNone(tx, sender, request.ref().epoch());
    Tokens token = Tokens.burn(tx, sender, request.ref());
    if (token.has(Tokens.NON_REVEAL)) {
      tx.sendAgain(token.key(Tokens.NON_REVEAL));
      return;
    }
    require(
        !token.has(Tokens.REVEAL),
        Reason.ALREADY_REVEALED,
        sender,
        "I have revealed shares for %s",
        request.ref().describe());
    tx.sendOnce(me, token.key(Tokens.NON_REVEAL), new NonReveal(request.ref()));
  }

  static void onQuorum(Participant me, Transaction tx, String sender, NonRevealQuorum quorum)
      throws Refusal {
    me.requireCoordinator(sender, manifest(tx, sender, quorum.ref().epoch()).cohort());
    verify(me, tx, sender, quorum);
    apply(tx, quorum.ref());
  }

  static NonRevealQuorum decode(String sender, Bytes payload) throws Refusal {
    try {
      return NonRevealQuorum.decode(payload.toArray());
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, sender, "NonReveal quorum: " + e.getMessage());
    }
  }

  /** Counted with the participants and T of the token's epoch. */
  static void verify(Participant me, Transaction tx, String sender, NonRevealQuorum quorum)
      throws Refusal {
    Manifest manifest = manifest(tx, sender, quorum.ref().epoch());
    Inbox.quorum(
        me.notary().under(manifest.cohort().rosterDigest()),
        sender,
        quorum.nonReveals(),
        NonReveal.class,
        manifest::pins,
        nonReveal -> nonReveal.ref().equals(quorum.ref()),
        manifest.cohort().threshold());
  }

  /** A verified quorum closes the token if it is, or may yet be, burnt for this task. */
  static void apply(Transaction tx, TokenRef ref) throws Refusal {
    Optional<Tokens> burnt = Tokens.find(tx, ref.epoch(), ref.token());
    if (burnt.isEmpty()) {
      Tokens.burn(tx, "", ref).markVoided();
    } else if (burnt.get().ref().equals(ref)) {
      burnt.get().markVoided();
    }
  }

  static Manifest manifest(Transaction tx, String sender, long epoch) throws Refusal {
    Pruning.requireAboveFloor(tx, sender, epoch);
    Optional<byte[]> manifest = tx.get(Key.manifest(epoch));
    require(
        manifest.isPresent(),
        Reason.EPOCH_UNKNOWN,
        sender,
        "no certified manifest of epoch %d seen: send it first",
        epoch);
    return Manifest.decode(manifest.orElseThrow());
  }
}
