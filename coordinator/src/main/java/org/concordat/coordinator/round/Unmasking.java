package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/**
 * The certificate is out; shares come in until T members have revealed. There is no way back: it
 * waits for them.
 */
public record Unmasking() implements RoundPhase {
  @Override
  public String label() {
    return "UNMASKING";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    return RoundPhase.accept(round, message);
  }
}
