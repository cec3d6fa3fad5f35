package org.concordat.coordinator.effect;

import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.secureagg.Digest;

/** What a round has on disk: uploads, a sum, evidence. On the mailbox thread. */
public final class RoundFiles {
  private final Sums sums;
  private final Uploads uploads;
  private final Evidence evidence;

  public RoundFiles(Sums sums, Uploads uploads, Evidence evidence) {
    this.sums = sums;
    this.uploads = uploads;
    this.evidence = evidence;
  }

  /** Starts the computation of its sum. */
  void combine(Round round) {
    sums.compute(round);
  }

  void keepEvidence(Round round) {
    evidence.keep(round);
  }

  /** Of one attempt. */
  void eraseUploads(Digest task) {
    uploads.release(task);
  }

  /** Whatever a round has that will not commit. */
  void forget(Round round) {
    evidence.forget(round.stream());
    sums.forget(round);
  }

  void ended(StreamId stream) {
    sums.ended(stream);
  }
}
