package org.concordat.auditlog;

import java.io.ByteArrayOutputStream;
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

  /**
   * Appends an entry of at most 65,535 bytes to a bundle: uint16 big-endian length, then the bytes.
   */
  static void appendEntry(ByteArrayOutputStream bundle, byte[] entry) {
    bundle.write(entry.length >>> 8);
    bundle.write(entry.length);
    bundle.writeBytes(entry);
  }

  /**
   * The entries of a bundle.
   *
   * @throws MalformedEntryException if the lengths do not add up to exactly the bundle
   */
  static List<byte[]> entries(byte[] bundle) {
    List<byte[]> entries = new ArrayList<>();
    int at = 0;
    while (at < bundle.length) {
      if (bundle.length - at < 2) {
        throw new MalformedEntryException("bundle", "ends in half a length");
      }
      int length = (bundle[at] & 0xff) << 8 | (bundle[at + 1] & 0xff);
      at += 2;
      if (bundle.length - at < length) {
        throw new MalformedEntryException("bundle", "ends within an entry");
      }
      entries.add(Arrays.copyOfRange(bundle, at, at + length));
      at += length;
    }
    return entries;
  }
}
