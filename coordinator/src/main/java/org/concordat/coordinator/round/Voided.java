package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/** T members will never reveal for this token: another attempt may be opened, with a new one. */
public record Voided() implements RoundPhase {
  @Override
  public String label() {
    return "VOIDED";
  }

  @Override
  public Optional<RoundEvent.Builder> tooFew(String reasons) {
    return Optional.empty();
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    return RoundPhase.accept(round, message);
  }
}
