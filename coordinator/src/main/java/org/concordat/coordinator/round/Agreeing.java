package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/**
 * Members recompute the next state from the sum and sign it; T equal signatures make the
 * checkpoint.
 */
public record Agreeing() implements RoundPhase {
  @Override
  public String label() {
    return "AGREEING";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    return RoundPhase.accept(round, message);
  }
}
