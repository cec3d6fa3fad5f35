package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.round.event.Dispatched;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/**
 * The attempt is durable; its tasks go out. Uploads that come back before that is noted are taken.
 */
public record Dispatching() implements RoundPhase {
  @Override
  public String label() {
    return "DISPATCHING";
  }

  @Override
  public Optional<RoundEvent.Builder> tooFew(String reasons) {
    return Optional.empty();
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    if (message instanceof RoundMessage.TasksSent) {
      return List.of(RoundEvent.newBuilder().setDispatched(Dispatched.getDefaultInstance()));
    }
    return new Collecting().decide(round, message, now);
  }
}
