package org.concordat.bench;

import java.util.ArrayList;
import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;

/**
 * All audit paths of one upload (RFC 6962 section 2.1.1), level by level: the part of whoever
 * delivers leaves, not timed.
 */
final class AuditPaths {
  private final byte[] wire;
  private final int leafBytes;
  private final List<List<Digest>> levels = new ArrayList<>();

  AuditPaths(byte[] wire, int elementBytes) {
    this.wire = wire;
    this.leafBytes = MerkleRoot.LEAF_ELEMENTS * elementBytes;
    List<Digest> level = new ArrayList<>();
    for (int at = 0; at < wire.length; at += leafBytes) {
      level.add(MerkleTree.leafHash(leaf(at)));
    }
    levels.add(level);
    while (level.size() > 1) {
      level = above(level);
      levels.add(level);
    }
  }

  LeafProof proof(int leaf) {
    List<Digest> path = new ArrayList<>();
    int at = leaf;
    for (List<Digest> level : levels) {
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      at >>= 1;
    }
    return new LeafProof(Bytes.of(leaf(leaf * leafBytes)), path);
  }

  private byte[] leaf(int from) {
    return java.util.Arrays.copyOfRange(wire, from, Math.min(wire.length, from + leafBytes));
  }

  private static List<Digest> above(List<Digest> level) {
    List<Digest> next = new ArrayList<>();
    for (int i = 0; i < level.size(); i += 2) {
      next.add(
          i + 1 == level.size()
              ? level.get(i)
              : Digest.sha256(new byte[] {1}, level.get(i).bytes(), level.get(i + 1).bytes()));
    }
    return next;
  }
}
