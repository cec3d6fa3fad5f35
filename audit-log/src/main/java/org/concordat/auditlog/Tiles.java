package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of tiles and entry bundles (c2sp.org/tlog-tiles). */
final class Tiles {
  /** The most that an entry bundle can have. */
  static final int MAX_BUNDLE_BYTES = TilePath.FULL * (2 + AuditEntry.MAX_BYTES);

  private Tiles() {}

  /** A hash tile: the hashes one after the other. */
  static byte[] encode(List<TreeHash> hashes) {
    byte[] bytes = new byte[hashes.size() * TreeHash.BYTES];
    for (int i = 0; i < hashes.size(); i++) {
      hashes.get(i).copyInto(bytes, i * TreeHash.BYTES);
    }
    return bytes;
  }

  /** The first {@code count} hashes of a tile, which must be long enough. */
  static List<TreeHash> decode(byte[] tile, int from, int count) {
    List<TreeHash> hashes = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      hashes.add(TreeHash.of(tile, i * TreeHash.BYTES, TreeHash.BYTES));
    }
    return hashes;
  }

  /** The bytes of entries, each after its length: uint16, big-endian. */
  static int bytes(List<byte[]> entries) {
    int bytes = 0;
    for (byte[] entry : entries) {
      bytes = Math.addExact(bytes, 2 + entry.length);
    }
    return bytes;
  }

  /** Puts entries of at most 65,535 bytes behind one another, as a bundle has them. */
  static void put(ByteBuffer bundle, List<byte[]> entries) {
    for (byte[] entry : entries) {
      bundle.putShort((short) entry.length).put(entry);
    }
  }

  /**
   * The entries of a bundle.
   *
   * @throws MalformedEntryException if the lengths do not add up to exactly the bundle
   */
  static List<byte[]> entries(byte[] bundle) {
    int[] at = EntryBundle.split(bundle);
    List<byte[]> entries = new ArrayList<>(at.length - 1);
    for (int entry = 0; entry < at.length - 1; entry++) {
      entries.add(Arrays.copyOfRange(bundle, at[entry] + 2, at[entry + 1]));
    }
    return entries;
  }
}
