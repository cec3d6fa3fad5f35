package org.concordat.secureagg.check;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;

/**
 * Everything about a released round that its sum can be checked with, as signed by the members;
 * nothing of it is secret once the result is out. About {@code n · (4 kB + 32 n)} bytes, and 11 kB
 * for each pair of a dropped member and a survivor.
 *
 * @param manifestCertificate payload of the epoch's {@link
 *     org.concordat.secureagg.message.ManifestCertificate}
 * @param certificate payload of the survivors' {@link org.concordat.secureagg.message.Certificate}
 * @param result payload of the {@link org.concordat.secureagg.message.Result}
 * @param survivors deposits' headers and common parts, which carry the hashes of the seeds; in the
 *     order of U3
 * @param dropped opened pair secrets of each participant outside U3, by index
 */
public record RoundRecord(
    Bytes manifestCertificate,
    Bytes certificate,
    Bytes result,
    List<Survivor> survivors,
    List<Dropped> dropped) {
  private static final String TYPE = "secagg.round-record.v1";

  public RoundRecord {
    survivors = List.copyOf(survivors);
    dropped = List.copyOf(dropped);
  }

  /**
   * A survivor's deposit, as far as its seed's hash.
   *
   * @param sealedHeader its sealed {@link org.concordat.secureagg.message.SectionHeader}
   * @param common the common section
   */
  public record Survivor(Bytes sealedHeader, Bytes common) {}

  /**
   * A dropped member's deposit, as far as the commitments to its pair secrets.
   *
   * @param index in the cohort
   * @param sealedHeader its sealed {@link org.concordat.secureagg.message.SectionHeader}
   * @param pairs one per survivor, in the order of U3
   */
  public record Dropped(int index, Bytes sealedHeader, List<Pair> pairs) {
    public Dropped {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * @param secret u_ij, opened
   * @param section the section of the dropped member's deposit that carries C_ij
   */
  public record Pair(Bytes secret, Bytes section) {}

  public byte[] encode() {
    ByteWriter out = new ByteWriter().text(TYPE);
    out.bytes(manifestCertificate.toArray()).bytes(certificate.toArray()).bytes(result.toArray());
    out.list(
        survivors,
        (w, survivor) -> w.bytes(survivor.sealedHeader.toArray()).bytes(survivor.common.toArray()));
    out.list(
        dropped,
        (w, one) -> {
          w.u16(one.index).bytes(one.sealedHeader.toArray());
          w.list(
              one.pairs,
              (w2, pair) -> w2.bytes(pair.secret.toArray()).bytes(pair.section.toArray()));
        });
    return out.toBytes();
  }

  /**
   * @throws org.concordat.secureagg.codec.MalformedMessageException if the bytes are no record
   */
  public static RoundRecord decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    String type = in.text(64);
    check(type.equals(TYPE), "a \"%s\" where a round's record is due", type);
    RoundRecord record =
        new RoundRecord(
            part(in, Limits.PAYLOAD_BYTES),
            part(in, Limits.PAYLOAD_BYTES),
            part(in, Limits.PAYLOAD_BYTES),
            in.list(
                Limits.MEMBERS,
                r -> new Survivor(part(r, Limits.SEALED_BYTES), part(r, Limits.SECTION_BYTES))),
            in.list(Limits.MEMBERS, RoundRecord::dropped));
    in.end();
    return record;
  }

  private static Dropped dropped(ByteReader in) {
    return new Dropped(
        in.u16(),
        part(in, Limits.SEALED_BYTES),
        in.list(Limits.MEMBERS, r -> new Pair(part(r, 32), part(r, Limits.SECTION_BYTES))));
  }

  private static Bytes part(ByteReader in, int max) {
    return Bytes.of(in.bytes(max));
  }
}
