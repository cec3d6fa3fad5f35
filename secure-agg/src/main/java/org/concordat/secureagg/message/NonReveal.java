package org.concordat.secureagg.message;

import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * "For this token I have revealed nothing and never will." Final.
 *
 * @param ref the token and task
 */
public record NonReveal(TokenRef ref) implements TokenMessage {
  public static final String TYPE = "secagg.non-reveal.v1";

  public static NonReveal decode(byte[] payload) {
    return Wire.decode(TYPE, payload, NonReveal::read);
  }

  private static NonReveal read(ByteReader in) {
    return new NonReveal(TokenRef.read(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
