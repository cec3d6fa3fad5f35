package org.concordat.secureagg.cohorts.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.message.Wire;

/**
 * A member's value, given away only for the certified list that its commitment is in.
 *
 * @param number of the draw
 * @param listDigest that list
 * @param value 32 bytes
 */
public record DrawReveal(int number, Digest listDigest, Bytes value) implements DrawMessage {
  public static final String TYPE = "secagg.draw-reveal.v1";

  public DrawReveal {
    DrawFields.number(number);
    Wire.size(value, DrawCommitment.VALUE_BYTES);
  }

  public static DrawReveal decode(byte[] payload) {
    return Wire.decode(TYPE, payload, DrawReveal::read);
  }

  private static DrawReveal read(ByteReader in) {
    return new DrawReveal(in.u8(), Wire.digest(in), Wire.fixed(in, DrawCommitment.VALUE_BYTES));
  }

  @Override
  public byte[] encode() {
    return Wire.start(TYPE).u8(number).raw(listDigest.bytes()).raw(value.toArray()).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
