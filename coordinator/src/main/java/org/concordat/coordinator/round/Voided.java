package org.concordat.coordinator.round;

import java.util.Optional;
import org.concordat.coordinator.round.event.RoundEvent;

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
}
