package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.concordat.coordinator.round.event.Aborted;
import org.concordat.coordinator.round.event.CohortSumEntry;
import org.concordat.coordinator.round.event.CohortSummed;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.coordinator.round.event.SumApplied;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.CohortSum;

/**
 * A worker folds the uploads, takes the masks off, and computes the next state; of several cohorts
 * each gets its sum, and the next state follows once all have theirs.
 */
public record Applying() implements RoundPhase {
  @Override
  public String label() {
    return "APPLYING";
  }

  @Override
  public List<RoundEvent.Builder> decide(Round round, RoundMessage message, Instant now)
      throws Refusal {
    if (message instanceof RoundMessage.Summed summed) {
      return round.cohortSum().isPresent()
          ? List.of()
          : List.of(
              RoundEvent.newBuilder()
                  .setCohortSummed(
                      CohortSummed.newBuilder()
                          .setSumRoot(ByteString.copyFrom(summed.sumRoot().bytes()))));
    }
    if (message instanceof RoundMessage.Applied applied) {
      round.server().result(applied.sumRoot(), applied.nextState(), applied.cohorts());
      return List.of(
          RoundEvent.newBuilder()
              .setSumApplied(
                  SumApplied.newBuilder()
                      .addAllCohorts(applied.cohorts().stream().map(Applying::entry).toList())
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

  private static CohortSumEntry entry(CohortSum sum) {
    return CohortSumEntry.newBuilder()
        .setCohort(ByteString.copyFrom(sum.cohortDigest().bytes()))
        .setMembers(sum.members())
        .setSumRoot(ByteString.copyFrom(sum.sumRoot().bytes()))
        .build();
  }
}
