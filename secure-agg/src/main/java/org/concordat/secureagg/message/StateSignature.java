package org.concordat.secureagg.message;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A member recomputed the next state from the sum and got this digest; once per (job, round).
 *
 * @param ref the token and task
 * @param resultDigest the {@link Result}
 * @param stateDigest the state after this round
 */
public record StateSignature(TokenRef ref, Digest resultDigest, Digest stateDigest)
    implements Message {
  public static final String TYPE = "secagg.state-signature.v1";

  public static StateSignature decode(byte[] payload) {
    return Wire.decode(TYPE, payload, StateSignature::read);
  }

  private static StateSignature read(ByteReader in) {
    return new StateSignature(TokenRef.read(in), Wire.digest(in), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.raw(resultDigest.bytes()).raw(stateDigest.bytes());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return ref.round();
  }

  @Override
  public int envelopeAttempt() {
    return ref.attempt();
  }
}
