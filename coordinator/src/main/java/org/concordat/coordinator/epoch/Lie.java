package org.concordat.coordinator.epoch;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.TokenRef;

/**
 * What a piece of evidence shows, without the evidence.
 *
 * @param roster the roster under which the liar is left out
 * @param epoch the number that the lie is about
 * @param reason what it did
 * @param explanation for people
 * @param job the job in whose round it showed, or empty
 * @param round its index from 0, or −1
 * @param attempt its attempt from 0, or −1
 * @param evidence SHA-256 of the encoded evidence
 */
public record Lie(
    Digest roster,
    String liar,
    long epoch,
    Reason reason,
    String explanation,
    String job,
    long round,
    int attempt,
    Digest evidence) {
  private static final int EXPLANATION_BYTES = 4096;

  static Lie of(Digest roster, Verdict verdict, EpochMessage evidence) {
    if (evidence instanceof RoundEvidence shown) {
      TokenRef ref = shown.ref();
      return of(roster, verdict, evidence, ref.job(), ref.round(), ref.attempt());
    }
    return of(roster, verdict, evidence, "", -1, -1);
  }

  private static Lie of(
      Digest roster, Verdict verdict, EpochMessage evidence, String job, long round, int attempt) {
    return new Lie(
        roster,
        verdict.liar(),
        verdict.epoch(),
        verdict.reason(),
        verdict.explanation(),
        job,
        round,
        attempt,
        evidence.digest());
  }

  byte[] encode() {
    ByteWriter out = new ByteWriter().raw(roster.bytes()).text(liar).i64(epoch);
    out.text(reason.name()).text(explanation).text(job).i64(round).i32(attempt);
    return out.raw(evidence.bytes()).toBytes();
  }

  static Lie decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Lie lie =
        new Lie(
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.text(Ids.MAX_BYTES),
            in.i64(),
            Reason.valueOf(in.text(64)),
            in.text(EXPLANATION_BYTES),
            in.text(Ids.MAX_BYTES),
            in.i64(),
            in.i32(),
            new Digest(in.raw(Digest.SIZE_BYTES)));
    in.end();
    return lie;
  }
}
