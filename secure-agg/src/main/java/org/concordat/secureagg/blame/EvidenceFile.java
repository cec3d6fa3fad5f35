package org.concordat.secureagg.blame;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Limits;

/**
 * Evidence as it is given to whoever wants to judge it.
 *
 * @param items in no particular order
 */
public record EvidenceFile(List<Item> items) {
  private static final String TYPE = "secagg.evidence-file.v1";
  private static final int MAX_ITEMS = 16 * Limits.MEMBERS;

  /**
   * @param roster digest of the roster under which its liar is left out, and with whose keys its
   *     messages are signed
   * @param evidence see {@link Judge}
   */
  public record Item(Digest roster, EpochMessage evidence) {}

  public EvidenceFile {
    check(items.size() <= MAX_ITEMS, "%d items of evidence", items.size());
    items = List.copyOf(items);
  }

  public byte[] encode() {
    return new ByteWriter()
        .text(TYPE)
        .list(items, (w, item) -> w.raw(item.roster.bytes()).bytes(item.evidence.encode()))
        .toBytes();
  }

  /**
   * @throws org.concordat.secureagg.codec.MalformedMessageException if the bytes are no such file
   */
  public static EvidenceFile decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    String type = in.text(64);
    check(type.equals(TYPE), "a \"%s\" where evidence is due", type);
    EvidenceFile file =
        new EvidenceFile(
            in.list(
                MAX_ITEMS,
                r ->
                    new Item(
                        new Digest(r.raw(Digest.SIZE_BYTES)),
                        Judge.decode(r.bytes(Limits.PAYLOAD_BYTES)))));
    in.end();
    return file;
  }
}
