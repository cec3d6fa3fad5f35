package org.concordat.secureagg.cohorts.message;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.message.Wire;

/**
 * A member found its own commitment in a closed list and everybody's signed: once per roster and
 * number, ever.
 *
 * @param number of the draw
 * @param listDigest the {@link DrawList}
 */
public record ListSignature(int number, Digest listDigest) implements DrawMessage {
  public static final String TYPE = "secagg.list-signature.v1";

  public ListSignature {
    DrawFields.number(number);
  }

  public static ListSignature decode(byte[] payload) {
    return Wire.decode(TYPE, payload, ListSignature::read);
  }

  private static ListSignature read(ByteReader in) {
    return new ListSignature(in.u8(), Wire.digest(in));
  }

  @Override
  public byte[] encode() {
    return Wire.start(TYPE).u8(number).raw(listDigest.bytes()).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
