package org.concordat.coordinator.round;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.round.event.Aborted;
import org.concordat.coordinator.round.event.MessageAccepted;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;

/** Where a round stands. Phases hold nothing: everything is in the {@link Round}. */
public sealed interface RoundPhase
    permits Dispatching,
        Collecting,
        Certifying,
        Unmasking,
        Applying,
        Agreeing,
        Recording,
        Voiding,
        Voided,
        Closed {

  /** As operators see it, in capitals. */
  String label();

  /**
   * What follows from a message, without changing anything: here, that a member's message is taken.
   *
   * @return events in order; empty where the message changes nothing here
   * @throws Refusal where a member's message is wrong, naming the culprit
   */
  default List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    return accept(round, message);
  }

  /**
   * What follows once so many members refused that the step can never be ended: members' own
   * reasons are in the text. Nothing where the next tick sees to it.
   */
  default Optional<RoundEvent.Builder> tooFew(String reasons) {
    return Optional.of(
        RoundEvent.newBuilder()
            .setAborted(
                Aborted.newBuilder().setReason("too few go on from " + label() + ": " + reasons)));
  }

  /** Takes a member's sealed message if secure aggregation does and has not seen it before. */
  static List<RoundEvent.Builder> accept(Round round, RoundMessage message) throws Refusal {
    if (message instanceof RoundMessage.FromMember from
        && round.server().accept(from.sealed()) != round.server()) {
      return List.of(
          RoundEvent.newBuilder()
              .setMessageAccepted(
                  MessageAccepted.newBuilder()
                      .setMember(from.member())
                      .setSealed(com.google.protobuf.ByteString.copyFrom(from.sealed()))));
    }
    return List.of();
  }
}
