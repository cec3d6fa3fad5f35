package org.concordat.coordinator.round;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.region.PartialSum;

/** What can happen to a round. */
public sealed interface RoundMessage {
  /** The tasks were handed to everyone who is connected. */
  record TasksSent() implements RoundMessage {}

  /** A complete, verified, durable upload. */
  record UploadStored(String member, byte[] sealedCommitment) implements RoundMessage {}

  /**
   * A region's partial sum: complete, verified, durable.
   *
   * @param sealed the signed {@code partial}
   */
  record PartialSumStored(PartialSum partial, byte[] sealed) implements RoundMessage {}

  /** A sealed message of secure aggregation from a member. */
  record FromMember(String member, byte[] sealed) implements RoundMessage {}

  /**
   * A member does not act on a message of this step.
   *
   * @param goesOn whether it tries again and again; otherwise it counts as away
   */
  record Refused(String member, String reason, boolean goesOn) implements RoundMessage {
    /** Of one that does not. */
    public Refused(String member, String reason) {
      this(member, reason, false);
    }
  }

  /**
   * A participant is no member any more: it is not waited for, and an upload of its that the
   * survivors have not begun to sign does not count.
   */
  record Removed(String member, String reason) implements RoundMessage {}

  /**
   * Time has passed.
   *
   * @param gone whether a member has been away for longer than the grace
   * @param deadline how long members may train and upload
   * @param stallTimeout how long signatures may take before another attempt is made
   */
  record Tick(Predicate<String> gone, Duration deadline, Duration stallTimeout)
      implements RoundMessage {}

  /** One cohort's sum of several, computed by a worker and durable on disk. */
  record Summed(Digest sumRoot) implements RoundMessage {}

  /**
   * The sum and what follows from it, computed by a worker and durable on disk.
   *
   * @param cohorts every cohort's sum, where there are several
   */
  record Applied(
      Digest sumRoot,
      Digest nextModel,
      Digest nextState,
      double loss,
      double accuracy,
      double totalWeight,
      List<CohortSum> cohorts)
      implements RoundMessage {
    /** Of a round of one cohort. */
    public Applied(
        Digest sumRoot,
        Digest nextModel,
        Digest nextState,
        double loss,
        double accuracy,
        double totalWeight) {
      this(sumRoot, nextModel, nextState, loss, accuracy, totalWeight, List.of());
    }

    /** For one cohort of several: the same, with its own sum. */
    public Applied withSum(Digest own) {
      return new Applied(own, nextModel, nextState, loss, accuracy, totalWeight, cohorts);
    }
  }

  /** The sum cannot be computed or applied. */
  record CannotApply(String reason) implements RoundMessage {}

  /** The release is durable in the audit log. */
  record Logged() implements RoundMessage {}

  /** Somebody with the right to do so ends the round. */
  record Abort(String reason) implements RoundMessage {}

  /** Root of the sum that a worker has written to disk for this message. */
  default Optional<Digest> writtenSum() {
    if (this instanceof Summed summed) {
      return Optional.of(summed.sumRoot());
    }
    return this instanceof Applied applied ? Optional.of(applied.sumRoot()) : Optional.empty();
  }

  /** A deadline that an instant has passed. */
  static boolean passed(Instant since, Duration limit, Instant now) {
    return Duration.between(since, now).compareTo(limit) >= 0;
  }
}
