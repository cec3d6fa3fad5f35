package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Participant;

/** Epoch step 2: KeySet in, encapsulations out; EncapsulationSet in, all pair keys known. */
final class KeyExchange {
  private KeyExchange() {}

  static void onKeySet(Participant me, Draft draft, String sender, KeySet set) throws Refusal {
    Forming forming = Forming.of(me, draft, sender, set.epoch());
    SortedMap<Integer, EpochKeys> keys = open(forming, sender, set);
    SortedMap<Integer, Digest> digests = new TreeMap<>();
    keys.forEach((index, key) -> digests.put(index, key.digest()));
    Digest context = Contexts.ofKeys(forming.start().digest(), digests);
    Optional<byte[]> before = draft.get(Key.FORMING_CONTEXT);
    if (before.isPresent()) {
      require(
          context.equals(new Digest(before.get())),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different key sets for epoch %d",
          set.epoch());
      draft.sendAgain(Key.FORMING_ENCAPSULATIONS);
      return;
    }
    encapsulate(forming, keys, context);
  }

  private static SortedMap<Integer, EpochKeys> open(Forming forming, String sender, KeySet set)
      throws Refusal {
    SortedMap<Integer, EpochKeys> keys = new TreeMap<>();
    for (Bytes sealed : set.sealedKeys()) {
      Received received = Inbox.openPresented(forming.me().notary(), sender, sealed);
      int index = forming.cohort().indexOf(received.sender());
      require(index >= 0, Reason.NOT_A_MEMBER, sender, "keys of a stranger");
      if (!(received.message() instanceof EpochKeys key)) {
        throw new Refusal(
            Reason.UNEXPECTED_MESSAGE, sender, "a key set with " + received.message().type());
      }
      require(
          key.epoch() == forming.epoch() && key.cohortDigest().equals(forming.cohort().digest()),
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
    EpochKeys own = keys.get(forming.self());
    EpochKeys sent =
        Inbox.open(
            forming.me().notary(),
            forming.draft().needBytes(Key.FORMING_KEYS),
            EpochKeys.class,
            forming.me().self());
    require(sent.equals(own), Reason.BAD_KEY, sender, "the key set does not hold my own keys");
    require(
        keys.size() >= forming.cohort().minSurvivors(),
        Reason.BAD_QUORUM,
        sender,
        "%d members present, %d needed",
        keys.size(),
        forming.cohort().minSurvivors());
    return keys;
  }

  private static void encapsulate(
      Forming forming, SortedMap<Integer, EpochKeys> keys, Digest context) throws Refusal {
    int self = forming.self();
    EpochKeyPair pair = EpochKeyPair.decode(forming.draft().need(Key.FORMING_PRIVATE));
    EpochKeys own = java.util.Objects.requireNonNull(keys.get(self));
    List<Bytes> sections = new ArrayList<>();
    for (int peer = 0; peer < forming.cohort().size(); peer++) {
      EpochKeys theirs = keys.get(peer);
      if (theirs == null || peer <= self) {
        sections.add(Bytes.EMPTY);
        continue;
      }
      try {
        EpochKeyPair.Encapsulated sent =
            EpochKeyPair.encapsulate(theirs.mlKem768(), forming.me().random());
        byte[] pairKey =
            Derivation.pairKey(
                forming.epoch(),
                forming.cohort().rosterDigest(),
                pair.agree(theirs.x25519()),
                sent.secret().toArray(),
                sent.ciphertext().toArray(),
                own,
                theirs);
        forming.draft().put(Key.pairKey(peer), pairKey);
        sections.add(sent.ciphertext());
      } catch (BadKeyException e) {
        throw new Refusal(Reason.BAD_KEY, forming.name(peer), e.getMessage() + "");
      }
    }
    forming.draft().put(Key.FORMING_KEY_SET, Forming.encodeKeys(keys));
    forming.draft().put(Key.FORMING_CONTEXT, context.bytes());
    forming.sendParcel(
        Key.FORMING_ENCAPSULATIONS,
        SectionHeader.Kind.ENCAPSULATIONS,
        context,
        Bytes.EMPTY,
        Bytes.EMPTY,
        sections);
  }

  static void onEncapsulationSet(Participant me, Draft draft, String sender, EncapsulationSet set)
      throws Refusal {
    Forming forming = Forming.of(me, draft, sender, set.epoch());
    SortedMap<Integer, EpochKeys> keys = forming.keys();
    if (draft.has(Key.FORMING_PRESENT)) {
      require(
          forming.present().equals(set.present()),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different encapsulation sets for epoch %d",
          set.epoch());
      draft.sendAgain(Key.FORMING_DEPOSIT);
      return;
    }
    require(
        keys.keySet().containsAll(set.present())
            && set.present().contains(forming.self())
            && new HashSet<>(set.present()).size() >= forming.cohort().minSurvivors(),
        Reason.BAD_QUORUM,
        sender,
        "present are %s; they must have sent keys, include me, and be at least %d",
        set.present(),
        forming.cohort().minSurvivors());
    List<Integer> lower = set.present().stream().filter(i -> i < forming.self()).toList();
    require(
        lower.size() == set.views().size(),
        Reason.BAD_SECTION,
        sender,
        "%d encapsulations, %d due",
        set.views().size(),
        lower.size());
    Digest context = new Digest(draft.need(Key.FORMING_CONTEXT));
    EpochKeyPair pair = EpochKeyPair.decode(draft.need(Key.FORMING_PRIVATE));
    for (int i = 0; i < lower.size(); i++) {
      decapsulate(forming, pair, keys, lower.get(i), set.views().get(i), context);
    }
    for (int gone : keys.keySet()) {
      if (!set.present().contains(gone)) {
        draft.erase(Key.pairKey(gone));
        draft.erase(Key.encapsulation(gone));
      }
    }
    draft.put(Key.FORMING_PRESENT, Forming.encodeIndices(set.present()));
    Digest depositContext = Contexts.ofPresent(context, set.present());
    draft.put(Key.FORMING_DEPOSIT_CONTEXT, depositContext.bytes());
    Dealing.deposit(forming, set.present(), depositContext);
  }

  private static void decapsulate(
      Forming forming,
      EpochKeyPair pair,
      SortedMap<Integer, EpochKeys> keys,
      int peer,
      SectionView view,
      Digest context)
      throws Refusal {
    forming.checkView(view, peer, SectionHeader.Kind.ENCAPSULATIONS, context);
    EpochKeys theirs = java.util.Objects.requireNonNull(keys.get(peer));
    EpochKeys own = java.util.Objects.requireNonNull(keys.get(forming.self()));
    try {
      byte[] pairKey =
          Derivation.pairKey(
              forming.epoch(),
              forming.cohort().rosterDigest(),
              pair.agree(theirs.x25519()),
              pair.decapsulate(view.section()),
              view.section().toArray(),
              theirs,
              own);
      forming.draft().put(Key.pairKey(peer), pairKey);
      forming.keepEncapsulation(peer, view);
    } catch (BadKeyException e) {
      throw new Refusal(Reason.BAD_KEY, forming.name(peer), e.getMessage() + "");
    }
  }
}
