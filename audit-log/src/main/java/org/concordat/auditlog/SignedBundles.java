package org.concordat.auditlog;

import java.util.Arrays;

/**
 * Proves entry bundles against a signed head: the hashes of a bundle's entries are those of the
 * hash tile above it, and an inclusion proof through that tile leads to the signed root. One proof
 * covers the whole tile, since each of its hashes goes into the tile's root.
 */
final class SignedBundles {
  private final LogFiles files;
  private final Checkpoint head;

  /** Keeps the tiles that proofs of neighbours have in common. */
  private final Proofs proofs;

  SignedBundles(LogFiles files, Checkpoint head) {
    this.files = files;
    this.head = head;
    this.proofs = new Proofs(files, head.size());
  }

  /**
   * A bundle, proved.
   *
   * @throws LogDamagedException naming the file that is not as signed: the bundle where the tiles
   *     lead to the root and its entries do not
   */
  EntryBundle require(long bundle) {
    byte[] signed = signedLeaves(bundle);
    EntryBundle found = new EntryFiles(files, head.size()).bundle(bundle);
    byte[] leaves = new byte[signed.length];
    for (int i = 0; i < found.size(); i++) {
      int at = i * TreeHash.BYTES;
      Rfc6962.leaf(found.bytes(), found.from(i), found.to(i), leaves, at);
      if (!Arrays.equals(leaves, at, at + TreeHash.BYTES, signed, at, at + TreeHash.BYTES)) {
        throw new LogDamagedException(
            files.path(path(TilePath.ENTRIES, bundle).path()),
            "entry " + (bundle * TilePath.FULL + i) + " is not the one that was signed");
      }
    }
    return found;
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

  private byte[] signedLeaves(long bundle) {
    TilePath tile = path(0, bundle);
    byte[] bytes = files.require(tile);
    if (bytes.length != tile.width() * TreeHash.BYTES) {
      throw new LogDamagedException(files.path(tile.path()), "has " + bytes.length + " bytes");
    }
    try {
      proofs
          .inclusion(bundle * TilePath.FULL, head.size())
          .verify(TreeHash.of(bytes, 0, TreeHash.BYTES), head.root());
    } catch (ProofRefusedException refused) {
      throw new LogDamagedException(
          files.path(tile.path()), "or a tile above it does not lead to the signed root");
    }
    return bytes;
  }

  private TilePath path(int level, long bundle) {
    return new TilePath(level, bundle, TilePath.width(level, bundle, head.size()));
  }
}
