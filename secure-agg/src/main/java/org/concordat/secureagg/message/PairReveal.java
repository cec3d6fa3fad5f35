package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The sender's pair secret with a dropped member; checked against C_ij.
 *
 * @param ref the token and task
 * @param dropped index of a participant outside U3
 * @param pairSecret u_ij, 32 bytes
 */
public record PairReveal(TokenRef ref, int dropped, Bytes pairSecret) implements TokenMessage {
  public static final String TYPE = "secagg.pair-reveal.v1";

  public PairReveal {
    Wire.index(dropped);
    Wire.size(pairSecret, 32);
  }

  public static PairReveal decode(byte[] payload) {
    return Wire.decode(TYPE, payload, PairReveal::read);
  }

  private static PairReveal read(ByteReader in) {
    return new PairReveal(TokenRef.read(in), in.u16(), Wire.fixed(in, 32));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.u16(dropped).raw(pairSecret.toArray());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
