package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.Optional;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.step.Draft;
import org.concordat.secureagg.step.Key;

/** The state after a round of an admitted job; round -1 is the initial state. */
record JobState(long round, Digest digest) {
  static JobState of(Draft draft, String culprit, String job) throws Refusal {
    require(
        !draft.has(Key.jobEnded(job)), Reason.JOB_UNKNOWN, culprit, "job %s has ended here", job);
    Optional<byte[]> stored = draft.get(Key.jobState(job));
    require(stored.isPresent(), Reason.JOB_UNKNOWN, culprit, "job %s was not admitted here", job);
    return decode(stored.orElseThrow());
  }

  /** Of an admitted job, ended or not. */
  static JobState stored(Draft draft, String job) {
    return decode(draft.need(Key.jobState(job)));
  }

  private static JobState decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    return new JobState(in.i64(), new Digest(in.raw(Digest.SIZE_BYTES)));
  }

  void put(Draft draft, String job) {
    draft.put(Key.jobState(job), new ByteWriter().i64(round).raw(digest.bytes()).toBytes());
  }
}
