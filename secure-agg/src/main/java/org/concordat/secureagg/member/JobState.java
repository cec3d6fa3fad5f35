package org.concordat.secureagg.member;

import static org.concordat.secureagg.Refusal.require;

import java.util.Optional;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.step.Key;
import org.concordat.secureagg.step.Transaction;

/** The state after a round of an admitted job; round -1 is the initial state. */
record JobState(long round, Digest digest) {
  static JobState of(Transaction tx, String culprit, String job) throws Refusal {
    require(!tx.has(Key.jobEnded(job)), Reason.JOB_UNKNOWN, culprit, "job %s has ended here", job);
    Optional<byte[]> stored = tx.get(Key.jobState(job));
    require(stored.isPresent(), Reason.JOB_UNKNOWN, culprit, "job %s was not admitted here", job);
    return decode(stored.orElseThrow());
  }

  /** Of an admitted job, ended or not. */
  static JobState stored(Transaction tx, String job) {
    return decode(tx.need(Key.jobState(job)));
  }

  private static JobState decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    return new JobState(in.i64(), new Digest(in.raw(Digest.SIZE_BYTES)));
  }

  void put(Transaction tx, String job) {
    tx.put(Key.jobState(job), new ByteWriter().i64(round).raw(digest.bytes()).toBytes());
  }
}
