package org.concordat.secureagg.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.blame.RoundBlame;
import org.concordat.secureagg.blame.RoundEvidence;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.Received;
import org.concordat.secureagg.message.Reveal;

/** What a round can show others of a lie in it. */
record RoundProof(RoundState state) {
  /** Of a dealer whose seed or recovery record turned out bad. */
  List<RoundEvidence> ofDealers() {
    Opening open = state.opening;
    List<RoundEvidence> all = new ArrayList<>();
    if (open != null) {
      List<Integer> dealers = new ArrayList<>(open.badRecovery());
      open.badDealer().ifPresent(dealers::add);
      TreeSet<Integer> recipients = new TreeSet<>(state.survivorSet().indices());
      recipients.addAll(open.usedShares());
      List<Bytes> reveals = List.copyOf(state.sealedReveals.values());
      for (int dealer : dealers) {
        all.add(state.deposits.evidence(state.survivorSet(), dealer, recipients, true, reveals));
      }
    }
    return all;
  }

  /** Of a revealer whose message was refused for a share or a pair secret in it. */
  Optional<RoundEvidence> ofRevealer(byte[] sealed) throws Refusal {
    Received received = Inbox.open(state.notary, sealed);
    int revealer = state.cohort().indexOf(received.sender());
    if (state.survivors == null || !state.manifest.indices().contains(revealer)) {
      return Optional.empty();
    }
    List<Integer> dealers = List.of();
    if (received.message() instanceof PairReveal pair) {
      dealers = List.of(pair.dropped());
    } else if (received.message() instanceof Reveal) {
      dealers = state.manifest.indices();
    }
    for (int dealer : dealers) {
      RoundEvidence evidence =
          state.deposits.evidence(
              state.survivorSet(), dealer, List.of(revealer), false, List.of(Bytes.of(sealed)));
      if (RoundBlame.judge(state.notary, evidence).isPresent()) {
        return Optional.of(evidence);
      }
    }
    return Optional.empty();
  }
}
