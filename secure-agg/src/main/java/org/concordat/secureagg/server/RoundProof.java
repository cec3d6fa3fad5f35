package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.blame.Equivocation;
import org.concordat.secureagg.blame.RoundBlame;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.RoundEvidence;

/** What a round can show others of a lie in it. */
record RoundProof(RoundState state) {
  /** Of a dealer whose seed or recovery record turned out bad. */
  List<RoundEvidence> ofDealers() {
    Opening open = state.opening;
    List<RoundEvidence> all = new ArrayList<>();
    if (open != null) {
      open.badDealer().ifPresent(dealer -> all.add(ofDealer(dealer, false, open)));
      open.badRecovery().forEach(dealer -> all.add(ofDealer(dealer, true, open)));
    }
    return all;
  }

  private RoundEvidence ofDealer(int dealer, boolean recovery, Opening open) {
    TreeSet<Integer> recipients = new TreeSet<>(open.usedShares());
    if (recovery) {
      recipients.addAll(state.survivorSet().indices());
    }
    List<Bytes> reveals =
        open.usedShares().stream()
            .map(index -> Objects.requireNonNull(state.sealedReveals.get(index)))
            .toList();
    return state.deposits.evidence(
        state.survivorSet(), dealer, recipients, true, recovery, reveals);
  }

  /** Of whoever sent a message that was refused. */
  Optional<EpochMessage> against(byte[] refused) {
    try {
      Optional<RoundEvidence> bad = ofRevealer(refused);
      return bad.isPresent() ? Optional.of(bad.get()) : contradiction(refused);
    } catch (Refusal notSigned) {
      return Optional.empty();
    }
  }

  private Optional<EpochMessage> contradiction(byte[] refused) throws Refusal {
    Received received = Inbox.open(state.notary, refused);
    boolean aboutThisToken =
        Equivocation.tokenOf(received.message())
            .map(ref -> ref.epoch() == state.ref.epoch() && ref.token() == state.ref.token())
            .orElse(false);
    if (!aboutThisToken) {
      return Optional.empty();
    }
    int index = state.cohort().indexOf(received.sender());
    return state.statementsOf(index).stream()
        .flatMap(before -> Equivocation.between(state.notary, before.toArray(), refused).stream())
        .map(EpochMessage.class::cast)
        .findFirst();
  }

  /** Of a revealer whose message was refused for a share or a pair secret in it. */
  Optional<RoundEvidence> ofRevealer(byte[] sealed) throws Refusal {
    Received received = Inbox.open(state.notary, sealed);
    int revealer = state.cohort().indexOf(received.sender());
    if (state.survivors == null || !state.manifest.indices().contains(revealer)) {
      return Optional.empty();
    }
    Optional<Integer> dealer = Optional.empty();
    if (received.message() instanceof PairReveal pair && fits(pair, revealer)) {
      dealer = Optional.of(pair.dropped());
    } else if (received.message() instanceof Reveal reveal && fits(reveal)) {
      dealer = firstWrong(revealer, reveal);
    }
    if (dealer.isEmpty()) {
      return Optional.empty();
    }
    RoundEvidence evidence =
        state.deposits.evidence(
            state.survivorSet(),
            dealer.get(),
            List.of(revealer),
            false,
            false,
            List.of(Bytes.of(sealed)));
    return RoundBlame.judge(state.notary, evidence).map(verdict -> evidence);
  }

  private boolean fits(PairReveal pair, int revealer) {
    return pair.ref().equals(state.ref)
        && pair.dropped() != revealer
        && state.manifest.indices().contains(pair.dropped());
  }

  private boolean fits(Reveal reveal) {
    return reveal.ref().equals(state.ref)
        && reveal.survivorsDigest().equals(state.survivorSet().digest())
        && reveal.shares().size() == state.manifest.indices().size();
  }

  private Optional<Integer> firstWrong(int revealer, Reveal reveal) {
    List<Integer> dealers = state.manifest.indices();
    for (int position = 0; position < dealers.size(); position++) {
      int dealer = dealers.get(position);
      Secret kind =
          state.survivorSet().indices().contains(dealer) ? Secret.SEED : Secret.RECOVERY_KEY;
      if (!state.deposits.shareFits(dealer, revealer, kind, reveal.shares().get(position))) {
        return Optional.of(dealer);
      }
    }
    return Optional.empty();
  }
}
