package org.concordat.secureagg.message;

import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Asks U3 for the pair secrets with a dropped member whose recovery record is bad.
 *
 * @param ref the token and task
 * @param dropped index of a participant outside U3
 */
public record PairRevealRequest(TokenRef ref, int dropped) implements TokenMessage {
  public static final String TYPE = "secagg.pair-reveal-request.v1";

  public PairRevealRequest {
    Wire.index(dropped);
  }

  public static PairRevealRequest decode(byte[] payload) {
    return Wire.decode(TYPE, payload, PairRevealRequest::read);
  }

  private static PairRevealRequest read(ByteReader in) {
    return new PairRevealRequest(TokenRef.read(in), in.u16());
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.u16(dropped);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
