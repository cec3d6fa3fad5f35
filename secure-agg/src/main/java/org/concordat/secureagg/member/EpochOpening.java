package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;
import static org.concordat.secureagg.step.Participant.number;

import java.util.Arrays;
import java.util.Optional;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Pinned;
import org.concordat.secureagg.step.Store;
import org.concordat.secureagg.step.Transaction;

/** Epoch step 1: EpochStart in, EpochKeys out. */
final class EpochOpening {
  /** Starts without a certified manifest under one roster: the first and 8 restarts. */
  static final int MAX_STARTS = 9;

  private EpochOpening() {}

  static void onStart(Participant me, Transaction tx, String sender, EpochStart start)
      throws Refusal {
    Cohort pinned = Pinned.cohort(me, tx);
    me.requireCoordinator(sender, pinned);
    Optional<byte[]> setup = tx.get(Key.SETUP_START);
    if (setup.isPresent() && EpochStart.decode(setup.get()).number() == start.number()) {
      require(
          Arrays.equals(setup.get(), start.encode()),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different starts of epoch %d",
          start.number());
      tx.sendAgain(Key.SETUP_KEYS);
      return;
    }
    long started = tx.get(Key.STARTED).map(Participant::number).orElse(0L);
    require(
        start.number() > started,
        Reason.EPOCH_OLD,
        sender,
        "epoch %d, but %d was begun already: take a greater number",
        start.number(),
        started);
    require(
        pinned.admits(start.cohort()),
        Reason.COHORT_MISMATCH,
        sender,
        "roster, policy, members or parameters of epoch %d are not those of my roster and policy (c %d, N_min %d)",
        start.number(),
        pinned.colluders(),
        pinned.minSurvivors());
    require(
        start.cohort().indexOf(me.self()) >= 0,
        Reason.NOT_A_MEMBER,
        sender,
        "\"%s\" is no member of epoch %d",
        me.self(),
        start.number());
    for (String member : start.cohort().members()) {
      Complaining.requireNotExcluded(tx, sender, start.cohort(), member);
    }
    Store.requireConfirmed(me, tx);
    Terms.requireEpoch(me, tx, sender, start.number(), start.cohort());
    checkPrevious(tx, sender, start);
    begin(me, tx, start, countStart(tx, sender, start.cohort().rosterDigest()));
  }

  /**
   * The chain of manifests may skip epochs that this member was away for, never contradict one that
   * it knows.
   */
  private static void checkPrevious(Transaction tx, String sender, EpochStart start)
      throws Refusal {
    long current = tx.get(Key.CURRENT).map(Participant::number).orElse(0L);
    require(
        start.previousEpoch() >= current,
        Reason.EPOCH_OLD,
        sender,
        "the start says that epoch %d came before, but %d is certified",
        start.previousEpoch(),
        current);
    Optional<byte[]> known =
        tx.get(Key.manifest(start.previousEpoch()))
            .or(() -> tx.get(Key.signedManifest(start.previousEpoch())));
    if (known.isPresent()) {
      Digest digest = Manifest.decode(known.get()).digest();
      require(
          digest.equals(start.previousManifest()),
          Reason.TWO_MANIFESTS,
          sender,
          "the manifest of epoch %d is %s, not %s",
          start.previousEpoch(),
          digest.shortHex(),
          start.previousManifest().shortHex());
    }
  }

  private static long countStart(Transaction tx, String sender, Digest roster) throws Refusal {
    long starts = tx.get(Key.restarts(roster.hex())).map(Participant::number).orElse(0L) + 1;
    require(
        starts <= MAX_STARTS,
        Reason.TOO_MANY_RESTARTS,
        sender,
        "%d starts without a certified manifest under roster %s: change the roster",
        starts,
        roster.shortHex());
    return starts;
  }

  private static void begin(Participant me, Transaction tx, EpochStart start, long starts)
      throws Refusal {
    tx.eraseAll(Key.SETUP);
    EpochKeyPair pair = EpochKeyPair.generate(me.random());
    EpochKeys keys =
        new EpochKeys(
            start.number(),
            start.cohort().digest(),
            Store.own(tx),
            pair.x25519Public(),
            pair.mlKemPublic());
    tx.put(Key.restarts(start.cohort().rosterDigest().hex()), number(starts));
    tx.put(Key.STARTED, number(start.number()));
    tx.put(Key.SETUP_START, start.encode());
    tx.put(Key.SETUP_PRIVATE, pair.encode());
    tx.sendOnce(me, Key.SETUP_KEYS, keys);
  }
}
