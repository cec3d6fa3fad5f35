package org.concordat.secureagg.message;

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
 * @param nextStateDigest the state that the sum leads to
 */
public record Result(
    Bytes task,
    Digest survivorsDigest,
    Digest sumRoot,
    List<Bytes> selfSeeds,
    List<Integer> usedShares,
    Digest nextStateDigest)
    implements Message {
  public static final String TYPE = "secagg.result.v1";

  public Result {
    Task.ofCore(task.toArray());
    selfSeeds = List.copyOf(selfSeeds);
    selfSeeds.forEach(seed -> Wire.size(seed, 32));
    usedShares = Wire.checkIndices(usedShares);
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
        Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.bytes(task.toArray()).raw(survivorsDigest.bytes()).raw(sumRoot.bytes());
    out.list(selfSeeds, (w, s) -> w.raw(s.toArray()));
    Wire.indices(out, usedShares);
    out.raw(nextStateDigest.bytes());
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

  /** The task, without quorums of earlier attempts. */
  public Task parsedTask() {
    return Task.ofCore(task.toArray());
  }
}
