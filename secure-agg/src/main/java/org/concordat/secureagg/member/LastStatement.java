package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.Optional;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.SetupMessage;
import org.concordat.secureagg.message.TokenMessage;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Store;
import org.concordat.secureagg.step.Transaction;

/**
 * Whether this member's store is an old copy or has a clone, by the newest statement of this member
 * that the coordinator has ("Rolled back or cloned"). Such a store is lost: this member goes on
 * with a new one ({@link Stores}).
 */
final class LastStatement {
  private LastStatement() {}

  /**
   * Compares the newest statement of this member that the coordinator has with this store's own: a
   * higher count, or another statement of the same count, means that this store is an old copy or
   * has a clone; so does a newer statement of a store that this one does not know to be lost. Then
   * it becomes a new store: its secrets are erased, and it signs nothing before others have
   * answered.
   *
   * @param sealed as the coordinator returned it
   */
  static void check(Participant me, Transaction tx, byte[] sealed) throws Refusal {
    var opened = Inbox.openEnvelope(me.notary(), sealed);
    require(
        opened.sender().equals(me.self()) && opened.stamp().counter() > 0,
        Reason.MISBOUND,
        "unknown",
        "the last statement that the coordinator returns is of \"%s\", count %d",
        opened.sender(),
        opened.stamp().counter());
    Incarnation theirs = opened.stamp().incarnation();
    if (!theirs.equals(Store.own(tx))) {
      boolean lostBefore = !Store.confirmed(tx) || epochOf(me, sealed) <= above(tx);
      if (lostBefore) {
        tx.mark(Key.storeBefore(theirs));
      } else if (!tx.has(Key.storeBefore(theirs))) {
        lose(me, tx, "store " + theirs.shortHex() + " speaks with this member's key");
      }
      return;
    }
    Store.Last last = Store.Last.of(tx);
    long counter = opened.stamp().counter();
    if (counter > last.counter()
        || (counter == last.counter() && !last.digest().equals(Digest.sha256(sealed)))) {
      lose(
          me,
          tx,
          "the coordinator has statement %d of this store, which has made %d"
              .formatted(counter, last.counter()));
    }
  }

  /** What was said about epochs up to here, the lost store can have said; -1 of a first store. */
  private static long above(Transaction tx) {
    return tx.get(Key.STORE_ABOVE).map(Participant::number).orElse(-1L);
  }

  /** The epoch that a member's statement is about, 0 if none. */
  private static long epochOf(Participant me, byte[] sealed) throws Refusal {
    Message message = Inbox.open(me.notary(), sealed).message();
    if (message instanceof TokenMessage about) {
      return about.ref().epoch();
    }
    return message instanceof SetupMessage || message instanceof EpochMessage
        ? message.envelopeRound()
        : 0;
  }

  private static void lose(Participant me, Transaction tx, String why) {
    Incarnation old = Store.own(tx);
    for (Tokens token : Tokens.all(tx)) {
      token.close();
    }
    tx.eraseAll(Key.SETUP);
    tx.eraseAll(Key.SECRET);
    tx.mark(Key.storeBefore(old));
    tx.erase(Key.STORE);
    tx.erase(Key.STORE_CONFIRMED);
    tx.erase(Key.STORE_LAST);
    tx.erase(Key.STORE_NONCE);
    tx.eraseAll(Key.STORE_ANSWERED);
    Stores.begin(me, tx, Optional.empty());
    tx.notice(new Notice.StoreLost(old, Store.own(tx), why));
  }
}
