package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What the round gave (coordinator to all participants). The sum itself travels beside it, by its
 * root.
 *
 * @param task the task's {@link Task#core()}, so that a member that missed the task can check the
 *     base state
 * @param survivorsDigest the certified survivor set
 * @param sumRoot {@link org.concordat.secureagg.kernel.MerkleRoot} of the unmasked sum, 32-bit
 *     little-endian words, weight last
 * @param selfSeeds b_j of each survivor, 32 bytes, in the order of U3
 * @param usedShares indices of the members whose shares were used
 * @param nextStateDigest the state that the sum, or all cohorts' sums, lead to
 * @param sums of a round over several cohorts: every cohort's, in the order of the draw; empty
 *     where there is one cohort, and then not encoded
 */
public record Result(
    Bytes task,
    Digest survivorsDigest,
    Digest sumRoot,
    List<Bytes> selfSeeds,
    List<Integer> usedShares,
    Digest nextStateDigest,
    List<CohortSum> sums)
    implements Message {
  public static final String TYPE = "secagg.result.v1";

  public Result {
    Task.ofCore(task.toArray());
    selfSeeds = List.copyOf(selfSeeds);
    selfSeeds.forEach(seed -> Wire.size(seed, 32));
    usedShares = Wire.checkIndices(usedShares);
    sums = List.copyOf(sums);
    check(sums.size() != 1, "a list of one cohort's sum: one cohort has none");
  }

  /** The result of a round of one cohort. */
  public Result(
      Bytes task,
      Digest survivorsDigest,
      Digest sumRoot,
      List<Bytes> selfSeeds,
      List<Integer> usedShares,
      Digest nextStateDigest) {
    this(task, survivorsDigest, sumRoot, selfSeeds, usedShares, nextStateDigest, List.of());
  }

  public static Result decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Result::read);
  }

  private static Result read(ByteReader in) {
    return new Result(
        Wire.bytes(in, Limits.SEALED_BYTES),
        Wire.digest(in),
        Wire.digest(in),
        in.list(Limits.MEMBERS, r -> Wire.fixed(r, 32)),
        Wire.indices(in),
        Wire.digest(in),
        in.optionalList(Limits.COHORTS, CohortSum::read));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.bytes(task.toArray()).raw(survivorsDigest.bytes()).raw(sumRoot.bytes());
    out.list(selfSeeds, (w, s) -> w.raw(s.toArray()));
    Wire.indices(out, usedShares);
    out.raw(nextStateDigest.bytes());
    if (!sums.isEmpty()) {
      out.list(sums, (w, sum) -> sum.write(w));
    }
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return parsedTask().round();
  }

  @Override
  public int envelopeAttempt() {
    return parsedTask().attempt();
  }

  /** What the members of all cohorts sign in common; zeros where there is one cohort. */
  public Digest sumsDigest() {
    return sums.isEmpty() ? Digest.NONE : CohortSum.digest(sums);
  }

  /** The task, without quorums of earlier attempts. */
  public Task parsedTask() {
    return Task.ofCore(task.toArray());
  }
}
