package org.concordat.secureagg.message;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Signed once per token, ever.
 *
 * @param ref the token and task
 * @param survivorsDigest digest of the {@link Survivors}
 */
public record SurvivorSignature(TokenRef ref, Digest survivorsDigest) implements TokenMessage {
  public static final String TYPE = "secagg.survivor-signature.v1";

  public static SurvivorSignature decode(byte[] payload) {
    return Wire.decode(TYPE, payload, SurvivorSignature::read);
  }

  private static SurvivorSignature read(ByteReader in) {
    return new SurvivorSignature(TokenRef.read(in), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.raw(survivorsDigest.bytes());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
