package org.concordat.secureagg.message;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * The parts of a parcel that one recipient needs.
 *
 * @param sealedHeader the sealed {@link SectionHeader} of the parcel's author
 * @param common the common section
 * @param section the recipient's section
 */
public record SectionView(Bytes sealedHeader, Bytes common, Bytes section) {
  void write(ByteWriter out) {
    out.bytes(sealedHeader.toArray()).bytes(common.toArray()).bytes(section.toArray());
  }

  static SectionView read(ByteReader in) {
    return new SectionView(
        Wire.bytes(in, Limits.SEALED_BYTES),
        Wire.bytes(in, Limits.SECTION_BYTES),
        Wire.bytes(in, Limits.SECTION_BYTES));
  }
}
