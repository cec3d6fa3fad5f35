package org.concordat.secureagg.server;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.TokenMessage;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.RoundServer.Phase;

/** Takes members' messages into a round: check everything, then change a copy. */
record RoundIntake(RoundState state) {
  /**
   * Takes a sealed Decline, SurvivorSignature, Reveal, PairReveal, NonReveal or StateSignature. The
   * same payload again changes nothing.
   *
   * @throws Refusal naming the culprit; a bad share is discarded with its message and its revealer
   *     named
   */
  RoundState accept(byte[] sealed) throws Refusal {
    Received received = Inbox.open(state.notary, sealed);
    String sender = received.sender();
    int index = participant(received);
    Message message = received.message();
    if (message instanceof TokenMessage about) {
      requireRef(sender, about.ref());
    }
    if (message instanceof Decline decline) {
      return acceptDecline(index, sender, decline);
    }
    if (message instanceof SurvivorSignature signature) {
      return acceptSurvivorSignature(index, sender, Bytes.of(sealed), signature);
    }
    if (message instanceof Reveal reveal) {
      return acceptReveal(index, sender, Bytes.of(sealed), reveal);
    }
    if (message instanceof PairReveal reveal) {
      return acceptPairReveal(index, sender, reveal);
    }
    if (message instanceof NonReveal nonReveal) {
      return acceptNonReveal(index, sender, Bytes.of(sealed), nonReveal);
    }
    if (message instanceof StateSignature signature) {
      return acceptStateSignature(index, sender, Bytes.of(sealed), signature);
    }
    throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "a round has no " + message.type());
  }

  /**
   * Takes the commitment of an upload that is complete and whose Merkle root was verified against
   * it, and durable.
   */
  RoundState acceptUpload(byte[] sealedCommitment) throws Refusal {
    Received received = Inbox.open(state.notary, sealedCommitment);
    String sender = received.sender();
    if (!(received.message() instanceof UploadCommitment commitment)) {
      throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "no upload commitment");
    }
    int index = participant(received);
    requireRef(sender, commitment.ref());
    require(
        commitment.wireBytes() == state.task.wireBytes(),
        Reason.TASK_MISMATCH,
        sender,
        "an upload of %d bytes, %d due",
        commitment.wireBytes(),
        state.task.wireBytes());
    Digest before = state.roots.get(index);
    if (before != null) {
      require(
          before.equals(commitment.root()),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different uploads for %s",
          state.ref.describe());
      return state;
    }
    require(
        state.phase == Phase.COLLECTING,
        Reason.LATE,
        sender,
        "uploads for %s have ended",
        state.ref.describe());
    RoundState next = state.copy();
    next.roots.put(index, commitment.root());
    next.commitments.put(index, Bytes.of(sealedCommitment));
    next.declines.remove(index);
    return next;
  }

  private RoundState acceptDecline(int index, String sender, Decline decline) throws Refusal {
    if (state.declines.containsKey(index) || state.phase != Phase.COLLECTING) {
      return state;
    }
    require(
        !state.roots.containsKey(index),
        Reason.CONFLICTING_MESSAGE,
        sender,
        "it uploaded and declined");
    RoundState next = state.copy();
    next.declines.put(index, decline);
    return next;
  }

  private RoundState acceptSurvivorSignature(
      int index, String sender, Bytes sealed, SurvivorSignature signature) throws Refusal {
    Survivors set = state.survivors;
    require(
        set != null
            && set.indices().contains(index)
            && signature.survivorsDigest().equals(set.digest()),
        Reason.SECOND_SURVIVOR_SET,
        sender,
        "it signed survivors %s of %s, which are not the frozen ones, or is not among them",
        signature.survivorsDigest().shortHex(),
        state.ref.describe());
    if (state.survivorSignatures.containsKey(index) || state.phase != Phase.CERTIFYING) {
      return state;
    }
    RoundState next = state.copy();
    next.survivorSignatures.put(index, sealed);
    return next;
  }

  private RoundState acceptReveal(int index, String sender, Bytes sealed, Reveal reveal)
      throws Refusal {
    require(
        state.certificate != null,
        Reason.WRONG_STEP,
        sender,
        "no certificate is out for %s",
        state.ref.describe());
    require(
        reveal.survivorsDigest().equals(state.survivorSet().digest())
            && reveal.shares().size() == state.manifest.participants().size(),
        Reason.BAD_SHARE,
        sender,
        "shares for another survivor set, or %d of them instead of %d",
        reveal.shares().size(),
        state.manifest.participants().size());
    Reveal before = state.reveals.get(index);
    require(
        before == null || before.equals(reveal),
        Reason.CONFLICTING_MESSAGE,
        sender,
        "two different reveals for %s",
        state.ref.describe());
    if (before != null) {
      return state;
    }
    checkShares(index, sender, reveal);
    RoundState next = state.copy();
    next.reveals.put(index, reveal);
    next.sealedReveals.put(index, sealed); // needed or not: a NonReveal after it would be a lie
    if (next.opening == null && next.reveals.size() == state.cohort().threshold()) {
      next.opening = Opening.of(state.deposits, state.survivorSet().indices(), next.reveals);
      next.advanceIfOpen();
    }
    return next;
  }

  private void checkShares(int revealer, String sender, Reveal reveal) throws Refusal {
    List<Integer> participants = state.manifest.indices();
    List<Integer> survived = state.survivorSet().indices();
    for (int position = 0; position < participants.size(); position++) {
      int dealer = participants.get(position);
      Secret kind = survived.contains(dealer) ? Secret.SEED : Secret.RECOVERY_KEY;
      require(
          state.deposits.shareFits(dealer, revealer, kind, reveal.shares().get(position)),
          Reason.BAD_SHARE,
          sender,
          "its share of \"%s\" contradicts the hash in the deposit",
          state.name(dealer));
    }
  }

  private RoundState acceptPairReveal(int index, String sender, PairReveal reveal) throws Refusal {
    Opening open = state.opening;
    require(
        open != null
            && open.badRecovery().contains(reveal.dropped())
            && state.survivorSet().indices().contains(index),
        Reason.WRONG_STEP,
        sender,
        "nobody asked it for the pair secret with member %d",
        reveal.dropped());
    require(
        state.deposits.pairFits(reveal.dropped(), index, reveal.pairSecret()),
        Reason.COMMITMENT_MISMATCH,
        sender,
        "its pair secret with \"%s\" contradicts the commitment",
        state.name(reveal.dropped()));
    if (state.pairsOf(reveal.dropped()).containsKey(index)) {
      return state;
    }
    RoundState next = state.copy();
    next.pairReveals
        .computeIfAbsent(reveal.dropped(), dropped -> new TreeMap<>())
        .put(index, reveal.pairSecret());
    next.advanceIfOpen();
    return next;
  }

  private RoundState acceptNonReveal(int index, String sender, Bytes sealed, NonReveal nonReveal)
      throws Refusal {
    require(
        state.phase == Phase.VOIDING || state.phase == Phase.VOIDED,
        Reason.WRONG_STEP,
        sender,
        "a NonReveal for %s, where none was asked for",
        state.ref.describe());
    if (state.nonReveals.containsKey(index) || state.phase == Phase.VOIDED) {
      return state;
    }
    RoundState next = state.copy();
    next.nonReveals.put(index, sealed);
    if (next.nonReveals.size() == state.cohort().threshold()) {
      next.phase = Phase.VOIDED;
    }
    return next;
  }

  private RoundState acceptStateSignature(
      int index, String sender, Bytes sealed, StateSignature signature) throws Refusal {
    Result published = state.result;
    require(
        published != null
            && signature.resultDigest().equals(published.digest())
            && signature.stateDigest().equals(published.nextStateDigest())
            && signature.sumsDigest().equals(published.sumsDigest()),
        Reason.STATE_MISMATCH,
        sender,
        "it signed state %s, which is not what was published",
        signature.stateDigest().shortHex());
    if (state.stateSignatures.containsKey(index)) {
      return state;
    }
    RoundState next = state.copy();
    next.stateSignatures.put(index, sealed);
    if (next.stateSignatures.size() >= state.cohort().threshold()) {
      next.phase = Phase.CHECKPOINTED;
    }
    return next;
  }

  private int participant(Received received) throws Refusal {
    String sender = received.sender();
    require(
        state.manifest.hasParticipant(sender),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "it holds no shares in epoch %d",
        state.manifest.epoch());
    require(
        state.manifest.pins(sender, received.incarnation()),
        Reason.WRONG_STORE,
        sender,
        "a message of its store %s, which epoch %d does not pin",
        received.incarnation().shortHex(),
        state.manifest.epoch());
    return state.cohort().indexOf(sender);
  }

  private void requireRef(String sender, TokenRef other) throws Refusal {
    require(
        state.ref.equals(other),
        Reason.TASK_MISMATCH,
        sender,
        "a message about %s, this is %s",
        other.describe(),
        state.ref.describe());
  }
}
