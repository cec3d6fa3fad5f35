package org.concordat.secureagg.kernel;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;

/**
 * y: the quantised, masked, packed update, the only form that can be uploaded, with the root of its
 * leaves. Only {@link #of} makes one.
 *
 * <p>Made in one pass. A thread takes a chunk of leaves and brings each leaf all the way, while it
 * is in its cache: whole vectors are only the update that came in and the wire that goes out. What
 * a leaf of 4,096 elements costs one thread, in microseconds (b = 24, with AES and SHA
 * instructions):
 *
 * <pre>
 * noise for rounding   {@link MaskStream}    1.1
 * rounding             {@link Quantiser}     4 to 6
 * K + 1 masks          {@link MaskStreams}   1.4 each
 * packing              {@link Ring}          1
 * leaf hash            {@link MerkleTree}    7
 * </pre>
 *
 * <p>Element k is rounded by word k of the noise's stream and masked by word k of each mask: no
 * byte depends on how many threads there are or how many leaves they take at a time.
 */
public final class MaskedVector {
  /** Small enough that threads end at nearly the same time. */
  private static final int LEAVES_PER_CHUNK = 4;

  private final byte[] wire;
  private final Digest root;

  private MaskedVector(byte[] wire, Digest root) {
    this.wire = wire;
    this.root = root;
  }

  /**
   * {@code y_i = q(x_i) + PRG(b_i) + Σ ± PRG(u_ij)}, on as many threads as {@link Masks#threadsFor}
   * says.
   *
   * @param noiseKey 32 bytes, fresh and secret: rounding's random words are its AES-256-CTR stream
   * @param masks at least one
   */
  public static MaskedVector of(
      Quantiser quantiser, Clipped update, Bytes noiseKey, List<MaskTerm> masks) {
    int threads = Parts.threadsFor(update.elements());
    return of(quantiser, update, noiseKey, masks, threads, LEAVES_PER_CHUNK);
  }

  /**
   * @param leavesPerChunk that a thread takes at a time
   */
  static MaskedVector of(
      Quantiser quantiser,
      Clipped update,
      Bytes noiseKey,
      List<MaskTerm> masks,
      int threads,
      int leavesPerChunk) {
    check(!masks.isEmpty(), "an update without a mask");
    int wireBytes = quantiser.wireBits() / 8;
    byte[] wire = new byte[Math.multiplyExact(update.elements(), wireBytes)];
    Digest[] hashes = new Digest[MerkleTree.leafCount(update.elements())];
    int chunks = (hashes.length + leavesPerChunk - 1) / leavesPerChunk;
    Parts.share(
        chunks,
        threads,
        () -> {
          Worker worker = new Worker(quantiser, update, noiseKey, masks, wire, hashes);
          return chunk -> worker.leaves(chunk * leavesPerChunk, leavesPerChunk);
        });
    return new MaskedVector(wire, MerkleTree.of(Arrays.asList(hashes)).root());
  }

  /** The packed words; not a copy. */
  public byte[] wire() {
    return wire;
  }

  /** RFC 6962 root of the wire's leaves. */
  public Digest root() {
    return root;
  }

  /** One thread's ciphers, buffers and digest. */
  private static final class Worker {
    private final Quantiser quantiser;
    private final Clipped update;
    private final MaskStream noise;
    private final MaskStreams masks;
    private final byte[] wire;
    private final Digest[] hashes;
    private final MessageDigest sha256 = Digest.newSha256();
    private final byte[] random = MaskStream.newBuffer();
    private final int[] words = new int[MerkleRoot.LEAF_ELEMENTS];

    Worker(
        Quantiser quantiser,
        Clipped update,
        Bytes noiseKey,
        List<MaskTerm> masks,
        byte[] wire,
        Digest[] hashes) {
      this.quantiser = quantiser;
      this.update = update;
      this.noise = new MaskStream(noiseKey);
      this.masks = new MaskStreams(masks, true);
      this.wire = wire;
      this.hashes = hashes;
    }

    void leaves(int first, int count) {
      int end = Math.min(hashes.length, first + count);
      for (int leaf = first; leaf < end; leaf++) {
        leaf(leaf);
      }
    }

    private void leaf(int leaf) {
      int first = leaf * MerkleRoot.LEAF_ELEMENTS;
      int count = MerkleTree.leafElements(update.elements(), leaf);
      round(first, count);
      masks.apply(words, 0, count, first);
      int wireBytes = quantiser.wireBits() / 8;
      Ring.pack(quantiser.wireBits(), words, 0, count, wire, first * wireBytes);
      hashes[leaf] = MerkleTree.leafHash(sha256, wire, first * wireBytes, count * wireBytes);
    }

    private void round(int first, int count) {
      for (int done = 0; done < count; ) {
        int take = Math.min(MaskStream.WORDS, count - done);
        noise.fill(random, first + done, take);
        quantiser.quantise(update, first + done, random, words, done, take);
        done += take;
      }
    }
  }
}
