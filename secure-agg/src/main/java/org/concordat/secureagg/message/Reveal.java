package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * For each participant j of the epoch the share of b_j if j is in U3, of K_j if not; never both for
 * one j.
 *
 * @param ref the token and task
 * @param survivorsDigest the certified set that decided which
 * @param shares 40 bytes per participant, in the manifest's order
 */
public record Reveal(TokenRef ref, Digest survivorsDigest, List<Bytes> shares)
    implements TokenMessage {
  public static final String TYPE = "secagg.reveal.v1";
  public static final int SHARE_BYTES = 40;

  public Reveal {
    shares = List.copyOf(shares);
    shares.forEach(share -> Wire.size(share, SHARE_BYTES));
  }

  public static Reveal decode(byte[] payload) {
    return Wire.decode(TYPE, payload, Reveal::read);
  }

  private static Reveal read(ByteReader in) {
    return new Reveal(
        TokenRef.read(in),
        Wire.digest(in),
        in.list(Limits.MEMBERS, r -> Wire.fixed(r, SHARE_BYTES)));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    ref.write(out);
    out.raw(survivorsDigest.bytes());
    out.list(shares, (w, s) -> w.raw(s.toArray()));
    return out.toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }
}
