package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * One token used for one task: what every message of a round after the task is about.
 *
 * @param job the job's id
 * @param round from 0 within the job
 * @param attempt from 0
 * @param epoch the epoch's number, from 1
 * @param token 0 to 63
 * @param taskDigest the task that the token is burnt for
 */
public record TokenRef(
    String job, long round, int attempt, long epoch, int token, Digest taskDigest) {
  public TokenRef {
    Ids.check("job", job);
    check(round >= 0, "round %d", round);
    check(attempt >= 0 && attempt < Limits.ATTEMPTS, "attempt %d, not 0 to 63", attempt);
    Wire.epoch(epoch);
    Wire.token(token);
  }

  void write(ByteWriter out) {
    out.text(job).i64(round).u8(attempt).i64(epoch).u8(token).raw(taskDigest.bytes());
  }

  static TokenRef read(ByteReader in) {
    return new TokenRef(Wire.id(in), in.i64(), in.u8(), in.i64(), in.u8(), Wire.digest(in));
  }

  /** The encoding alone, for durable records. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    write(out);
    return out.toBytes();
  }

  /** Reads what {@link #encode} wrote. */
  public static TokenRef decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    TokenRef ref = read(in);
    in.end();
    return ref;
  }

  /** For people, who count rounds and attempts from 1. */
  public String describe() {
    return "job %s round %d attempt %d (epoch %d token %d, task %s)"
        .formatted(job, round + 1, attempt + 1, epoch, token, taskDigest.shortHex());
  }
}
