package org.concordat.secureagg;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/** What {@link Alliance} and {@link Cohort} say alike of a roster, in its one encoding. */
record RosterFields(
    String alliance,
    Digest rosterDigest,
    Digest policyDigest,
    List<String> members,
    String coordinator,
    int colluders) {
  /** The label first; the caller goes on with what else it has. */
  ByteWriter write(String label) {
    return new ByteWriter()
        .text(label)
        .text(alliance)
        .raw(rosterDigest.bytes())
        .raw(policyDigest.bytes())
        .list(members, ByteWriter::text)
        .text(coordinator)
        .u16(colluders);
  }

  /**
   * @param what is expected, for the error
   * @param most members
   */
  static RosterFields read(ByteReader in, String label, String what, int most) {
    check(in.text(64).equals(label), "not %s of version 1", what);
    return new RosterFields(
        in.text(Ids.MAX_BYTES),
        new Digest(in.raw(Digest.SIZE_BYTES)),
        new Digest(in.raw(Digest.SIZE_BYTES)),
        in.list(most, r -> r.text(Ids.MAX_BYTES)),
        in.text(Ids.MAX_BYTES),
        in.u16());
  }
}
