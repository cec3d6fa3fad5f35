package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * A complaint with the openings that answered it (coordinator to all): whoever has it and the
 * roster finds out who lied, see {@link org.concordat.secureagg.blame.Blame#judge}.
 *
 * @param epoch the number
 * @param complaint the sealed {@link Complaint}
 * @param openings sealed {@link KeyOpening}s, at most one by each of the pair
 */
public record Dispute(long epoch, Bytes complaint, List<Bytes> openings) implements EpochMessage {
  public static final String TYPE = "secagg.dispute.v1";

  public Dispute {
    Wire.epoch(epoch);
    openings = List.copyOf(openings);
  }

  public static Dispute decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Dispute::read);
  }

  private static Dispute read(ByteReader in) {
    return new Dispute(
        in.i64(),
        Wire.bytes(in, Limits.COMPLAINT_BYTES),
        in.list(2, r -> Wire.bytes(r, Limits.SEALED_BYTES)));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).bytes(complaint.toArray());
    Wire.sealed(out, openings);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
