package org.concordat.secureagg.region;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Limits;

/**
 * What a regional aggregator signs once it has a member's upload whole, with the committed root, on
 * its disk: the coordinator, which never has that upload, takes it for the acceptance.
 *
 * @param region the aggregator's id, the sender
 * @param sealedCommitment the member's own signed {@link
 *     org.concordat.secureagg.message.UploadCommitment}
 */
public record RegionHolds(String region, Bytes sealedCommitment) {
  public static final String TYPE = "secagg.region-holds.v1";

  public RegionHolds {
    Ids.check("region", region);
  }

  /** Signs as the region. */
  public byte[] seal(Notary notary) {
    return notary.seal(TYPE, 0, 0, encode());
  }

  /**
   * @throws Refusal if the bytes say nothing of the kind, or one region signed in another's name
   */
  public static RegionHolds open(Notary notary, byte[] sealed) throws Refusal {
    Notary.Opened opened = Inbox.openEnvelope(notary, sealed);
    if (!opened.type().equals(TYPE)) {
      throw new Refusal(
          Reason.UNEXPECTED_MESSAGE, opened.sender(), "a " + opened.type() + ", not " + TYPE);
    }
    RegionHolds holds;
    try {
      holds = decode(opened.payload());
    } catch (MalformedMessageException e) {
      throw new Refusal(Reason.MALFORMED, opened.sender(), String.valueOf(e.getMessage()));
    }
    if (!holds.region.equals(opened.sender())) {
      throw new Refusal(
          Reason.MISBOUND, opened.sender(), "it speaks for region \"" + holds.region + "\"");
    }
    return holds;
  }

  public byte[] encode() {
    return new ByteWriter().text(TYPE).text(region).bytes(sealedCommitment.toArray()).toBytes();
  }

  public static RegionHolds decode(byte[] payload) {
    ByteReader in = new ByteReader(payload);
    String type = in.text(64);
    check(type.equals(TYPE), "a \"%s\" where %s is due", type, TYPE);
    RegionHolds holds =
        new RegionHolds(in.text(Ids.MAX_BYTES), Bytes.of(in.bytes(Limits.SEALED_BYTES)));
    in.end();
    return holds;
  }
}
