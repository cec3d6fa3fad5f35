package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.Recorded;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/** The release goes into the audit log; only when it is durable there is the model published. */
public record Recording() implements RoundPhase {
  @Override
  public String label() {
    return "RECORDING";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    if (message instanceof RoundMessage.Logged) {
      return List.of(RoundEvent.newBuilder().setRecorded(Recorded.getDefaultInstance()));
    }
    return RoundPhase.accept(round, message);
  }
}
