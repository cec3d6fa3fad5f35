package org.concordat.secureagg.region;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Ids;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * What a regional aggregator signs about the partial sum that it forwards.
 *
 * @param region the aggregator's id, the sender
 * @param ref the token and task
 * @param survivorsDigest the certified survivor set
 * @param members indices of the survivors that are in it, sorted; at least {@value #MIN_MEMBERS}
 * @param root {@link org.concordat.secureagg.kernel.MerkleRoot} of the partial sum, packed like an
 *     upload
 * @param wireBytes length of the packed partial sum: that of an upload
 */
public record PartialSum(
    String region,
    TokenRef ref,
    Digest survivorsDigest,
    List<Integer> members,
    Digest root,
    long wireBytes) {
  public static final String TYPE = "secagg.partial-sum.v1";

  /** The "sum" of one member is its update; of two, each can work out the other's. */
  public static final int MIN_MEMBERS = 3;

  public PartialSum {
    Ids.check("region", region);
    check(wireBytes > 0, "%d wire bytes", wireBytes);
    members = List.copyOf(members);
    int previous = -1;
    for (int index : members) {
      check(index > previous && index < Limits.MEMBERS, "index %d after %d", index, previous);
      previous = index;
    }
    check(
        members.size() >= MIN_MEMBERS,
        "region \"%s\" has %d of the survivors, at least %d are needed: send them to another region",
        region,
        members.size(),
        MIN_MEMBERS);
  }

  /** How the partial sum travels: as an upload that the region commits to. */
  public UploadCommitment commitment() {
    return new UploadCommitment(ref, root, wireBytes);
  }

  /** Signs as the region. */
  public byte[] seal(Notary notary) {
    return notary.seal(TYPE, ref.round(), ref.attempt(), encode());
  }

  /**
   * @throws Refusal if the bytes are no partial sum, or one region signed in another's name
   */
  public static PartialSum open(Notary notary, byte[] sealed) throws Refusal {
    Notary.Opened opened = Inbox.openEnvelope(notary, sealed);
    if (!opened.type().equals(TYPE)) {
      throw new Refusal(
          Reason.UNEXPECTED_MESSAGE, opened.sender(), "a " + opened.type() + ", not a partial sum");
    }
    PartialSum partial;
    try {
      partial = decode(opened.payload());
    } catch (MalformedMessageException e) {
      throw new Refusal(Reason.MALFORMED, opened.sender(), String.valueOf(e.getMessage()));
    }
    if (!partial.region.equals(opened.sender())) {
      throw new Refusal(
          Reason.MISBOUND, opened.sender(), "a partial sum of region \"" + partial.region + "\"");
    }
    return partial;
  }

  public byte[] encode() {
    ByteWriter out = new ByteWriter().text(TYPE).text(region);
    out.bytes(ref.encode()).raw(survivorsDigest.bytes());
    out.list(members, (w, index) -> w.u16(index));
    return out.raw(root.bytes()).i64(wireBytes).toBytes();
  }

  public static PartialSum decode(byte[] payload) {
    ByteReader in = new ByteReader(payload);
    String type = in.text(64);
    check(type.equals(TYPE), "a \"%s\" where a partial sum is due", type);
    PartialSum partial =
        new PartialSum(
            in.text(Ids.MAX_BYTES),
            TokenRef.decode(in.bytes(Limits.SEALED_BYTES)),
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.list(Limits.MEMBERS, ByteReader::u16),
            new Digest(in.raw(Digest.SIZE_BYTES)),
            in.i64());
    in.end();
    return partial;
  }
}
