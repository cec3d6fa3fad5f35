package org.concordat.secureagg.member;

import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantised;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Task;

/**
 * y: the packed, masked update, the only form that can be uploaded. Only {@link #mask} makes one.
 */
final class MaskedUpdate {
  private final byte[] wire;
  private final Digest root;

  private MaskedUpdate(byte[] wire, Digest root) {
    this.wire = wire;
    this.root = root;
  }

  /** {@code y_i = q(x_i) + PRG(b_i) + Σ ± PRG(u_ij)}: the lower id adds, the higher subtracts. */
  static MaskedUpdate mask(Quantised update, Task task, MaskSet masks) {
    int[] words = update.words();
    masks.addTo(words);
    int wireBits = task.quantisation().wireBits();
    byte[] wire = Ring.pack(wireBits, words, 0, words.length);
    return new MaskedUpdate(wire, MerkleRoot.of(wire, task.quantisation().wireBytes()));
  }

  byte[] wire() {
    return wire;
  }

  Digest root() {
    return root;
  }
}
