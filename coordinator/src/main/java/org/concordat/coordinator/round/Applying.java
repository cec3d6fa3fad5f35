package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.Aborted;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.coordinator.round.event.SumApplied;
import org.concordat.secureagg.Refusal;

/** A worker folds the uploads, takes the masks off, and computes the next state. */
public record Applying() implements RoundPhase {
  @Override
  public String label() {
    return "APPLYING";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    if (message instanceof RoundMessage.Applied applied) {
      round.server().result(applied.sumRoot(), applied.nextState());
      return List.of(
          RoundEvent.newBuilder()
              .setSumApplied(
                  SumApplied.newBuilder()
                      .setSumRoot(ByteString.copyFrom(applied.sumRoot().bytes()))
                      .setNextModel(ByteString.copyFrom(applied.nextModel().bytes()))
                      .setNextState(ByteString.copyFrom(applied.nextState().bytes()))
                      .setLoss(applied.loss())
                      .setAccuracy(applied.accuracy())
                      .setTotalWeight(applied.totalWeight())));
    }
    if (message instanceof RoundMessage.CannotApply failed) {
      return List.of(
          RoundEvent.newBuilder().setAborted(Aborted.newBuilder().setReason(failed.reason())));
    }
    return RoundPhase.accept(round, message);
  }
}
