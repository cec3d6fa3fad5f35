package org.concordat.secureagg.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;

/**
 * One leaf of one upload.
 *
 * @param wire the packed words of at most 4,096 elements
 * @param path audit path to the root that the member signed, leaf first, at most 32 digests
 */
public record LeafProof(Bytes wire, List<Digest> path) {
  public LeafProof {
    path = List.copyOf(path);
  }
}
