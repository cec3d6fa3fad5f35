package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A member recomputed the next state from the sum and got this digest; once per (job, round).
 *
 * @param ref the token and task
 * @param resultDigest the {@link Result}
 * @param stateDigest the state after this round
 * @param sumsDigest {@link Result#sumsDigest}: zeros where there is one cohort, and then not
 *     encoded
 */
public record StateSignature(
    TokenRef ref, Digest resultDigest, Digest stateDigest, Digest sumsDigest)
    implements TokenMessage {
  public static final String TYPE = "secagg.state-signature.v1";

  /** Of a round of one cohort. */
  public StateSignature(TokenRef ref, Digest resultDigest, Digest stateDigest) {
    this(ref, resultDigest, stateDigest, Digest.NONE);
  }

  public static StateSignature decode(byte[] payload) {
    return Wire.decode(TYPE, payload, StateSignature::read);
  }

  private static StateSignature read(ByteReader in) {
    TokenRef ref = TokenRef.read(in);
    Digest result = Wire.digest(in);
    Digest state = Wire.digest(in);
    if (in.atEnd()) {
      return new StateSignature(ref, result, state);
    }
    Digest sums = Wire.digest(in);
    check(!sums.equals(Digest.NONE), "a list of sums whose digest is zero");
    return new StateSignature(ref, result, state, sums);
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.raw(resultDigest.bytes()).raw(stateDigest.bytes());
    if (!sumsDigest.equals(Digest.NONE)) {
      out.raw(sumsDigest.bytes());
    }
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
