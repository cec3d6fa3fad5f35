package org.concordat.secureagg.message;

import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Step 4: "the deposit of this member does not fit what the two of us agreed". Durable before it is
 * sent; its sender never signs the manifest of this number nor uses its tokens. It carries
 * everything that a judge needs besides the two {@link KeyOpening}s.
 *
 * @param epoch the number
 * @param accused index of the dealer
 * @param grievance what the complainer found first; the judge looks for all of them
 * @param evidence the complainer's view of the pair
 */
public record Complaint(long epoch, int accused, Grievance grievance, PairEvidence evidence)
    implements EpochMessage {
  public static final String TYPE = "secagg.complaint.v1";

  /** What can be wrong with a deposit as only the pair can see it. */
  public enum Grievance {
    /** C_ij differs from the one that follows from the pair's key. */
    COMMITMENT_MISMATCH,
    /** The box does not open under the pair's directional key. */
    BAD_BOX,
    /** A boxed share does not fit its hash, or is no field element. */
    BAD_SHARE
  }

  public Complaint {
    Wire.epoch(epoch);
    Wire.index(accused);
  }

  public static Complaint decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Complaint::read);
  }

  private static Complaint read(ByteReader in) {
    return new Complaint(in.i64(), in.u16(), in.oneOf(Grievance.values()), PairEvidence.read(in));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).u16(accused).u8(grievance.ordinal());
    evidence.write(out);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
