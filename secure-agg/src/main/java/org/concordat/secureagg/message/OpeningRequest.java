package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Brings a complaint to the accused (coordinator to it), which answers with a {@link KeyOpening}
 * unless it has signed the manifest.
 *
 * @param epoch the number
 * @param complaint the sealed {@link Complaint}
 */
public record OpeningRequest(long epoch, Bytes complaint) implements EpochMessage {
  public static final String TYPE = "secagg.opening-request.v1";

  public OpeningRequest {
    Wire.epoch(epoch);
  }

  public static OpeningRequest decode(byte[] payload) {
    return Wire.decode(TYPE, payload, OpeningRequest::read);
  }

  private static OpeningRequest read(ByteReader in) {
    return new OpeningRequest(in.i64(), Wire.bytes(in, Limits.COMPLAINT_BYTES));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).bytes(complaint.toArray());
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
