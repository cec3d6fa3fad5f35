package org.concordat.auditlog;

import java.util.List;

/**
 * Proves entry bundles against a signed head: the hashes of a bundle's entries are those of the
 * hash tile above it, and an inclusion proof through that tile leads to the signed root. One proof
 * covers the whole tile, since each of its hashes goes into the tile's root.
 */
final class SignedBundles {
  private final LogFiles files;
  private final Checkpoint head;

  SignedBundles(LogFiles files, Checkpoint head) {
    this.files = files;
    this.head = head;
  }

  /**
   * @throws LogDamagedException naming the file that is not as signed: the bundle where the tiles
   *     lead to the root and its entries do not
   */
  void require(long bundle) {
    TilePath entries = path(TilePath.ENTRIES, bundle);
    List<TreeHash> signed = signedLeaves(bundle);
    List<byte[]> found;
    try {
      found = Tiles.entries(files.require(entries));
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(files.path(entries.path()), malformed.reason());
    }
    if (found.size() != signed.size()) {
      throw new LogDamagedException(
          files.path(entries.path()),
          "holds " + found.size() + " entries instead of " + signed.size());
    }
    for (int i = 0; i < found.size(); i++) {
      if (!Rfc6962.leaf(found.get(i)).equals(signed.get(i))) {
        throw new LogDamagedException(
            files.path(entries.path()),
            "entry " + (bundle * TilePath.FULL + i) + " is not the one that was signed");
      }
    }
  }

  /** Whether the hash tile above a bundle is there and leads to the signed root. */
  boolean tileIsSigned(long bundle) {
    try {
      signedLeaves(bundle);
      return true;
    } catch (LogDamagedException damaged) {
      return false;
    }
  }

  private List<TreeHash> signedLeaves(long bundle) {
    TilePath tile = path(0, bundle);
    byte[] bytes = files.require(tile);
    if (bytes.length != tile.width() * TreeHash.BYTES) {
      throw new LogDamagedException(files.path(tile.path()), "has " + bytes.length + " bytes");
    }
    List<TreeHash> leaves = Tiles.decode(bytes, 0, tile.width());
    try {
      new Proofs(files, head.size())
          .inclusion(bundle * TilePath.FULL, head.size())
          .verify(leaves.get(0), head.root());
    } catch (ProofRefusedException refused) {
      throw new LogDamagedException(
          files.path(tile.path()), "or a tile above it does not lead to the signed root");
    }
    return leaves;
  }

  private TilePath path(int level, long bundle) {
    return new TilePath(level, bundle, TilePath.width(level, bundle, head.size()));
  }
}
