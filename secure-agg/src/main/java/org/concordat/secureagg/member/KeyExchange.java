package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.BadKeyException;
import org.concordat.secureagg.crypto.Contexts;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SectionView;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;
import org.concordat.secureagg.step.Transaction;

/** Epoch step 2: KeySet in, encapsulations out; EncapsulationSet in, all pair keys known. */
final class KeyExchange {
  private KeyExchange() {}

  static void onKeySet(Participant me, Transaction tx, String sender, KeySet set) throws Refusal {
    EpochSetup setup = EpochSetup.of(me, tx, sender, set.epoch());
    SortedMap<Integer, EpochKeys> keys = open(setup, sender, set);
    SortedMap<Integer, Digest> digests = new TreeMap<>();
    keys.forEach((index, key) -> digests.put(index, key.digest()));
    Digest context = Contexts.ofKeys(setup.start().digest(), digests);
    Optional<byte[]> before = tx.get(Key.SETUP_CONTEXT);
    if (before.isPresent()) {
      require(
          context.equals(new Digest(before.get())),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different key sets for epoch %d",
          set.epoch());
      tx.sendAgain(Key.SETUP_ENCAPSULATIONS);
      return;
    }
    encapsulate(setup, keys, context);
  }

  private static SortedMap<Integer, EpochKeys> open(EpochSetup setup, String sender, KeySet set)
      throws Refusal {
    SortedMap<Integer, EpochKeys> keys = new TreeMap<>();
    for (Bytes sealed : set.sealedKeys()) {
      Received received = Inbox.openPresented(setup.me().notary(), sender, sealed);
      int index = setup.cohort().indexOf(received.sender());
      require(index >= 0, Reason.NOT_A_MEMBER, sender, "keys of a stranger");
      if (!(received.message() instanceof EpochKeys key)) {
        throw new Refusal(
            Reason.UNEXPECTED_MESSAGE, sender, "a key set with " + received.message().type());
      }
      require(
          key.epoch() == setup.epoch() && key.cohortDigest().equals(setup.cohort().digest()),
          Reason.MISBOUND,
          sender,
          "keys of \"%s\" for another epoch or cohort",
          received.sender());
      require(
          key.incarnation().equals(received.incarnation()),
          Reason.WRONG_STORE,
          sender,
          "keys of \"%s\" for its store %s, signed by its store %s",
          received.sender(),
          key.incarnation().shortHex(),
          received.incarnation().shortHex());
      require(
          keys.put(index, key) == null,
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two keys of \"%s\"",
          received.sender());
    }
    EpochKeys own = keys.get(setup.self());
    EpochKeys sent =
        Inbox.open(
            setup.me().notary(),
            setup.tx().needBytes(Key.SETUP_KEYS),
            EpochKeys.class,
            setup.me().self());
    require(sent.equals(own), Reason.BAD_KEY, sender, "the key set does not hold my own keys");
    require(
        keys.size() >= setup.cohort().minSurvivors(),
        Reason.BAD_QUORUM,
        sender,
        "%d members present, %d needed",
        keys.size(),
        setup.cohort().minSurvivors());
    return keys;
  }

  private static void encapsulate(
      EpochSetup setup, SortedMap<Integer, EpochKeys> keys, Digest context) throws Refusal {
    int self = setup.self();
    EpochKeyPair pair = EpochKeyPair.decode(setup.tx().need(Key.SETUP_PRIVATE));
    EpochKeys own = Objects.requireNonNull(keys.get(self));
    List<Bytes> sections = new ArrayList<>();
    for (int peer = 0; peer < setup.cohort().size(); peer++) {
      EpochKeys theirs = keys.get(peer);
      if (theirs == null || peer <= self) {
        sections.add(Bytes.EMPTY);
        continue;
      }
      try {
        EpochKeyPair.Encapsulated sent =
            EpochKeyPair.encapsulate(theirs.mlKem768(), setup.me().random());
        byte[] pairKey =
            Derivation.pairKey(
                setup.epoch(),
                setup.cohort().rosterDigest(),
                pair.agree(theirs.x25519()),
                sent.secret().toArray(),
                sent.ciphertext().toArray(),
                own,
                theirs);
        setup.tx().put(Key.pairKey(peer), pairKey);
        sections.add(sent.ciphertext());
      } catch (BadKeyException e) {
        throw new Refusal(Reason.BAD_KEY, setup.name(peer), e.getMessage() + "");
      }
    }
    setup.tx().put(Key.SETUP_KEY_SET, EpochSetup.encodeKeys(keys));
    setup.tx().put(Key.SETUP_CONTEXT, context.bytes());
    setup.sendParcel(
        Key.SETUP_ENCAPSULATIONS,
        SectionHeader.Kind.ENCAPSULATIONS,
        context,
        Bytes.EMPTY,
        Bytes.EMPTY,
        sections);
  }

  static void onEncapsulationSet(
      Participant me, Transaction tx, String sender, EncapsulationSet set) throws Refusal {
    EpochSetup setup = EpochSetup.of(me, tx, sender, set.epoch());
    SortedMap<Integer, EpochKeys> keys = setup.keys();
    if (tx.has(Key.SETUP_PRESENT)) {
      require(
          setup.present().equals(set.present()),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different encapsulation sets for epoch %d",
          set.epoch());
      tx.sendAgain(Key.SETUP_DEPOSIT);
      return;
    }
    require(
        keys.keySet().containsAll(set.present())
            && set.present().contains(setup.self())
            && new HashSet<>(set.present()).size() >= setup.cohort().minSurvivors(),
        Reason.BAD_QUORUM,
        sender,
        "present are %s; they must have sent keys, include me, and be at least %d",
        set.present(),
        setup.cohort().minSurvivors());
    List<Integer> lower = set.present().stream().filter(i -> i < setup.self()).toList();
    require(
        lower.size() == set.views().size(),
        Reason.BAD_SECTION,
        sender,
        "%d encapsulations, %d due",
        set.views().size(),
        lower.size());
    Digest context = new Digest(tx.need(Key.SETUP_CONTEXT));
    EpochKeyPair pair = EpochKeyPair.decode(tx.need(Key.SETUP_PRIVATE));
    for (int i = 0; i < lower.size(); i++) {
      decapsulate(setup, pair, keys, lower.get(i), set.views().get(i), context);
    }
    for (int gone : keys.keySet()) {
      if (!set.present().contains(gone)) {
        tx.erase(Key.pairKey(gone));
        tx.erase(Key.encapsulation(gone));
      }
    }
    tx.put(Key.SETUP_PRESENT, EpochSetup.encodeIndices(set.present()));
    Digest depositContext = Contexts.ofPresent(context, set.present());
    tx.put(Key.SETUP_DEPOSIT_CONTEXT, depositContext.bytes());
    Dealing.deposit(setup, set.present(), depositContext);
  }

  private static void decapsulate(
      EpochSetup setup,
      EpochKeyPair pair,
      SortedMap<Integer, EpochKeys> keys,
      int peer,
      SectionView view,
      Digest context)
      throws Refusal {
    setup.checkView(view, peer, SectionHeader.Kind.ENCAPSULATIONS, context);
    EpochKeys theirs = Objects.requireNonNull(keys.get(peer));
    EpochKeys own = Objects.requireNonNull(keys.get(setup.self()));
    try {
      byte[] pairKey =
          Derivation.pairKey(
              setup.epoch(),
              setup.cohort().rosterDigest(),
              pair.agree(theirs.x25519()),
              pair.decapsulate(view.section()),
              view.section().toArray(),
              theirs,
              own);
      setup.tx().put(Key.pairKey(peer), pairKey);
      setup.keepEncapsulation(peer, view);
    } catch (BadKeyException e) {
      throw new Refusal(Reason.BAD_KEY, setup.name(peer), e.getMessage() + "");
    }
  }
}
