package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/**
 * The end.
 *
 * @param committed true where the round's model was released
 */
public record Closed(boolean committed) implements RoundPhase {
  @Override
  public String label() {
    return committed ? "COMMITTED" : "ABORTED";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    // a state signature after T of them tells nothing new, but the member that sent it is right to
    return List.of();
  }
}
