package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.round.event.CertificateChosen;
import org.concordat.coordinator.round.event.NonRevealChosen;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.server.RoundServer;

/**
 * Survivors sign one set. With T signatures the certificate is chosen, durably, before it is sent
 * to anyone; if they do not come in time, the opposite is, and the round is tried again under
 * another token.
 */
public record Certifying() implements RoundPhase {
  @Override
  public String label() {
    return "CERTIFYING";
  }

  @Override
  public Optional<RoundEvent.Builder> tooFew(String reasons) {
    return Optional.of(
        RoundEvent.newBuilder()
            .setNonRevealChosen(NonRevealChosen.newBuilder().setReason(reasons)));
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    if (message instanceof RoundMessage.FromMember from) {
      List<RoundEvent.Builder> events = new ArrayList<>(RoundPhase.accept(round, message));
      RoundServer next = round.server().accept(from.sealed());
      if (!events.isEmpty() && next.certifiable()) {
        events.add(
            RoundEvent.newBuilder().setCertificateChosen(CertificateChosen.getDefaultInstance()));
      }
      return events;
    }
    if (message instanceof RoundMessage.Tick tick) {
      boolean stalled = RoundMessage.passed(round.phaseSince(), tick.stallTimeout(), now);
      boolean missingGone = round.server().waiting().missing().stream().anyMatch(tick.gone());
      if (stalled && missingGone) {
        String missing = String.join(", ", round.server().waiting().missing());
        return List.of(
            RoundEvent.newBuilder()
                .setNonRevealChosen(
                    NonRevealChosen.newBuilder().setReason("no signatures from " + missing)));
      }
    }
    return List.of();
  }
}
