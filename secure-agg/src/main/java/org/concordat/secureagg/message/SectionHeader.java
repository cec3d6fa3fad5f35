package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What a member signs of a parcel: digests of its common part and of one section per member, so
 * that everyone can check the signature having downloaded only the header, the common part and the
 * own section.
 *
 * @param epoch the number
 * @param kind which parcel
 * @param context digest of everything its author saw before; two members with different ones were
 *     lied to
 * @param commonDigest digest of the common section
 * @param recoveryDigest digest of the recovery section, which only the coordinator needs; that of
 *     no bytes if there is none
 * @param sections one digest per index of the cohort; that of no bytes for members without a
 *     section
 */
public record SectionHeader(
    long epoch,
    Kind kind,
    Digest context,
    Digest commonDigest,
    Digest recoveryDigest,
    List<Digest> sections)
    implements SetupMessage {
  public static final String TYPE = "secagg.section-header.v1";

  public SectionHeader {
    Wire.epoch(epoch);
    sections = List.copyOf(sections);
  }

  public static SectionHeader decode(byte[] payload) {
    return Wire.decode(TYPE, payload, SectionHeader::read);
  }

  private static SectionHeader read(ByteReader in) {
    return new SectionHeader(
        in.i64(),
        in.oneOf(Kind.values()),
        Wire.digest(in),
        Wire.digest(in),
        Wire.digest(in),
        in.list(Limits.MEMBERS, Wire::digest));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).u8(kind.ordinal()).raw(context.bytes());
    out.raw(commonDigest.bytes()).raw(recoveryDigest.bytes());
    out.list(sections, (w, d) -> w.raw(d.bytes()));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** The two parcels of an epoch. */
  public enum Kind {
    /** Step 2. */
    ENCAPSULATIONS,
    /** Step 3. */
    DEPOSIT
  }
}
