package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.kernel.Quantisation;

/**
 * Work for one token (coordinator to all participants).
 *
 * @param job the job's id
 * @param round from 0 within the job
 * @param attempt from 0
 * @param epoch the epoch's number
 * @param token 0 to 63
 * @param kind train or evaluate
 * @param modelDigest the model to start from
 * @param baseStateDigest H(model ‖ optimiser state ‖ plan with DP parameters)
 * @param policyDigest the policy in force, the epoch's
 * @param cohortDigest the epoch's cohort
 * @param vectorLength m: elements of the update, without the weight coordinate
 * @param quantisation how the update becomes ring elements
 * @param earlierNonReveals the payload of the {@link NonRevealQuorum} of every earlier attempt, in
 *     order; outside the task's digest
 */
public record Task(
    String job,
    long round,
    int attempt,
    long epoch,
    int token,
    Kind kind,
    Digest modelDigest,
    Digest baseStateDigest,
    Digest policyDigest,
    Digest cohortDigest,
    int vectorLength,
    Quantisation quantisation,
    List<Bytes> earlierNonReveals)
    implements Message {
  public static final String TYPE = "secagg.task.v1";

  /** What is done with the model; a sum is released once per model and kind. */
  public enum Kind {
    TRAIN,
    EVALUATE
  }

  public Task {
    Ids.check("job", job);
    check(round >= 0, "round %d", round);
    check(attempt >= 0 && attempt < Limits.ATTEMPTS, "attempt %d, not 0 to 63", attempt);
    Wire.epoch(epoch);
    Wire.token(token);
    check(
        vectorLength >= 1 && vectorLength <= Limits.VECTOR_LENGTH,
        "vector length %d, not 1 to %d",
        vectorLength,
        Limits.VECTOR_LENGTH);
    earlierNonReveals = List.copyOf(earlierNonReveals);
  }

  /** Identifies the task; covers every field but the quorums of earlier attempts. */
  @Override
  public Digest digest() {
    return Digest.sha256(core());
  }

  /** The token burnt for this task. */
  public TokenRef ref() {
    return new TokenRef(job, round, attempt, epoch, token, digest());
  }

  /** Elements on the wire: the update and the weight coordinate. */
  public int elements() {
    return vectorLength + 1;
  }

  /** Bytes of y. */
  public long wireBytes() {
    return (long) elements() * quantisation.wireBytes();
  }

  /** The encoding without quorums: what the digest covers. */
  public byte[] core() {
    ByteWriter out = Wire.start(TYPE);
    writeCore(out);
    return out.toBytes();
  }

  /** Reads what {@link #core()} wrote. */
  public static Task ofCore(byte[] core) {
    return Wire.decode(TYPE, core, in -> readCore(in, false));
  }

  public static Task decode(byte[] payload) {
    return Wire.decode(TYPE, payload, in -> readCore(in, true));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    writeCore(out);
    out.list(earlierNonReveals, (w, q) -> w.bytes(q.toArray()));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return round;
  }

  @Override
  public int envelopeAttempt() {
    return attempt;
  }

  private void writeCore(ByteWriter out) {
    out.text(job).i64(round).u8(attempt).i64(epoch).u8(token).u8(kind.ordinal());
    out.raw(modelDigest.bytes()).raw(baseStateDigest.bytes());
    out.raw(policyDigest.bytes()).raw(cohortDigest.bytes()).i32(vectorLength);
    quantisation.write(out);
  }

  private static Task readCore(ByteReader in, boolean withQuorums) {
    return new Task(
        Wire.id(in),
        in.i64(),
        in.u8(),
        in.i64(),
        in.u8(),
        in.oneOf(Kind.values()),
        Wire.digest(in),
        Wire.digest(in),
        Wire.digest(in),
        Wire.digest(in),
        in.i32(),
        Quantisation.read(in),
        withQuorums
            ? in.list(Limits.ATTEMPTS, r -> Wire.bytes(r, Limits.SEALED_MANIFEST_BYTES))
            : List.of());
  }
}
