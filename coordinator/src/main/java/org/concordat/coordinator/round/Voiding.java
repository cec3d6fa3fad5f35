package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/**
 * Members promise never to reveal for this token. With T promises no quorum of reveals can exist
 * and the round is VOIDED; until then it waits, saying for whom.
 */
public record Voiding() implements RoundPhase {
  @Override
  public String label() {
    return "VOIDING";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    return RoundPhase.accept(round, message);
  }
}
