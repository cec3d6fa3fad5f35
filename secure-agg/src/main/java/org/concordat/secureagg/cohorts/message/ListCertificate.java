package org.concordat.secureagg.cohorts.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Wire;

/**
 * T_all members signed one list: there is no other for this roster and number (coordinator to all
 * in it).
 *
 * @param number of the draw
 * @param list the {@link DrawList}'s bytes
 * @param signatures sealed {@link ListSignature}s
 */
public record ListCertificate(int number, Bytes list, List<Bytes> signatures)
    implements DrawMessage {
  public static final String TYPE = "secagg.list-certificate.v1";

  public ListCertificate {
    DrawFields.number(number);
    DrawList.decode(list.toArray());
    signatures = List.copyOf(signatures);
  }

  public static ListCertificate decode(byte[] payload) {
    return Wire.decode(TYPE, payload, ListCertificate::read);
  }

  private static ListCertificate read(ByteReader in) {
    return new ListCertificate(
        in.u8(), Wire.bytes(in, Limits.PAYLOAD_BYTES), DrawFields.sealedOfAll(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE).u8(number).bytes(list.toArray());
    Wire.sealed(out, signatures);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  public DrawList parsedList() {
    return DrawList.decode(list.toArray());
  }
}
