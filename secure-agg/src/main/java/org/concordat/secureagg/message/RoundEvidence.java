package org.concordat.secureagg.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What shows that a share, a seed or a recovery record contradicts its deposit (coordinator to
 * all): {@link org.concordat.secureagg.blame.RoundBlame} judges it. All of it is signed by members,
 * or named by what they signed. Secret before the round's certificate is out, public afterwards: it
 * holds what the reveals opened. At n = 256 a share is shown with 60 kB, a dealer's lie with up to
 * 5 MB.
 *
 * @param epoch the number
 * @param manifestCertificate payload of the epoch's {@link ManifestCertificate}
 * @param survivors payload of the certified {@link Survivors}
 * @param dealer index of the one whose deposit it is about
 * @param deposit its sealed {@link SectionHeader}
 * @param common its common section, empty where only a share is in doubt
 * @param recovery its recovery section, empty unless W is in doubt
 * @param sections its sections by recipient: those of the revealers, and of U3 where W is in doubt
 * @param reveals sealed {@link Reveal}s or {@link PairReveal}s
 */
public record RoundEvidence(
    long epoch,
    Bytes manifestCertificate,
    Bytes survivors,
    int dealer,
    Bytes deposit,
    Bytes common,
    Bytes recovery,
    SortedMap<Integer, Bytes> sections,
    List<Bytes> reveals)
    implements EpochMessage {
  public static final String TYPE = "secagg.round-evidence.v1";

  public RoundEvidence {
    Wire.epoch(epoch);
    Wire.index(dealer);
    Wire.checkIndices(List.copyOf(sections.keySet()));
    sections = new TreeMap<>(sections);
    reveals = List.copyOf(reveals);
  }

  public static RoundEvidence decode(byte[] payload) {
    return Wire.decode(TYPE, payload, RoundEvidence::read);
  }

  private static RoundEvidence read(ByteReader in) {
    return new RoundEvidence(
        in.i64(),
        Wire.bytes(in, Limits.SECTION_BYTES),
        Wire.bytes(in, Limits.SEALED_BYTES),
        in.u16(),
        Wire.bytes(in, Limits.SEALED_BYTES),
        Wire.bytes(in, Limits.SECTION_BYTES),
        Wire.bytes(in, Limits.SECTION_BYTES),
        readSections(in),
        Wire.sealed(in));
  }

  private static SortedMap<Integer, Bytes> readSections(ByteReader in) {
    TreeMap<Integer, Bytes> sections = new TreeMap<>();
    in.list(
        Limits.MEMBERS,
        r -> {
          int index = r.u16();
          check(sections.isEmpty() || sections.lastKey() < index, "section %d twice", index);
          sections.put(index, Wire.bytes(r, Limits.SEALED_BYTES));
          return index;
        });
    return sections;
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    out.i64(epoch).bytes(manifestCertificate.toArray()).bytes(survivors.toArray());
    out.u16(dealer).bytes(deposit.toArray()).bytes(common.toArray()).bytes(recovery.toArray());
    List<Map.Entry<Integer, Bytes>> all = new ArrayList<>(sections.entrySet());
    out.list(all, (w, section) -> w.u16(section.getKey()).bytes(section.getValue().toArray()));
    Wire.sealed(out, reveals);
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** The attempt of a round that it is about. */
  public TokenRef ref() {
    return Survivors.decode(survivors.toArray()).ref();
  }
}
