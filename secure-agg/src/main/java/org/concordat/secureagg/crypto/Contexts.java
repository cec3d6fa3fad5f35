package org.concordat.secureagg.crypto;

import java.util.List;
import java.util.SortedMap;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Digests of what a member has seen so far of an epoch; authors of parcels sign them, so that
 * different views clash at once.
 */
public final class Contexts {
  private Contexts() {}

  /** After the key set: everyone's keys by index. */
  public static Digest ofKeys(Digest startDigest, SortedMap<Integer, Digest> keysDigests) {
    ByteWriter out = new ByteWriter().text("secagg.context.keys.v1").raw(startDigest.bytes());
    keysDigests.forEach((index, digest) -> out.u16(index).raw(digest.bytes()));
    return Digest.sha256(out.toBytes());
  }

  /** After the encapsulation set: who is still present. */
  public static Digest ofPresent(Digest keysContext, List<Integer> present) {
    ByteWriter out = new ByteWriter().text("secagg.context.present.v1").raw(keysContext.bytes());
    return Digest.sha256(out.list(present, ByteWriter::u16).toBytes());
  }
}
