package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Steps 2 and 3: a signed {@link SectionHeader} and all the sections (member to coordinator).
 *
 * @param epoch the number
 * @param sealedHeader the sealed {@link SectionHeader}
 * @param common for every member
 * @param recovery for the coordinator
 * @param sections one per index of the cohort
 */
public record Parcel(
    long epoch, Bytes sealedHeader, Bytes common, Bytes recovery, List<Bytes> sections)
    implements SetupMessage {
  public static final String TYPE = "secagg.parcel.v1";

  public Parcel {
    Wire.epoch(epoch);
    sections = List.copyOf(sections);
  }

  public static Parcel decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Parcel::read);
  }

  private static Parcel read(ByteReader in) {
    return new Parcel(
        in.i64(),
        Wire.bytes(in, Limits.SEALED_BYTES),
        Wire.bytes(in, Limits.SECTION_BYTES),
        Wire.bytes(in, Limits.SECTION_BYTES),
        in.list(Limits.MEMBERS, r -> Wire.bytes(r, Limits.SECTION_BYTES)));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).bytes(sealedHeader.toArray()).bytes(common.toArray()).bytes(recovery.toArray());
    out.list(sections, (w, s) -> w.bytes(s.toArray()));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
