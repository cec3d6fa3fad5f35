package org.concordat.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.kernel.Clipped;
import org.concordat.secureagg.kernel.MaskStream;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.MaskedVector;
import org.concordat.secureagg.kernel.Masks;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.Ring;

/**
 * What each kernel of {@link MaskedVector} costs one thread for a leaf of 4,096 elements of a
 * vector of a million, in microseconds, each alone over the whole vector.
 */
final class LeafBench {
  private static final int LEAF = MerkleRoot.LEAF_ELEMENTS;
  private static final int MASKS = 10;
  private static final int WARM_UPS = 50;
  private final int repetitions;
  private final double[] update;
  private final SplittableRandom random = new SplittableRandom(3);
  private final Map<String, Object> microseconds = new LinkedHashMap<>();
  private int sink;

  LeafBench(int repetitions, double[] update) {
    this.repetitions = repetitions;
    this.update = update;
  }

  /** On one leaf. */
  @FunctionalInterface
  private interface Kernel {
    void on(int leaf);
  }

  void run(Report report) throws Exception {
    Quantiser quantiser = new Quantiser(Quantisation.forCohort(16, 11, 10, 1, 100), 11);
    Clipped clipped = quantiser.clip(update, 30);
    byte[] noise = key(4 * LEAF);
    int[] words = new int[LEAF];
    int[] whole = new int[update.length];
    MaskStream stream = new MaskStream(Bytes.of(key(32)));
    List<MaskTerm> terms = new ArrayList<>();
    for (int i = 0; i < MASKS; i++) {
      terms.add(new MaskTerm(Bytes.of(key(32)), i % 2 == 0));
    }
    measure("noise", leaf -> stream.nextBytes(noise));
    measure("rounding", leaf -> quantiser.quantise(clipped, leaf * LEAF, noise, words, 0, LEAF));
    measureWhole("tenMasks", () -> Masks.add(whole, 0, terms, 1));
    measure("packing", leaf -> sink += Ring.pack(24, words, 0, LEAF)[0]);
    byte[] wire = Ring.pack(24, words, 0, LEAF);
    measure("hash", leaf -> sink += MerkleTree.leafHash(wire).hashCode());
    measureWhole(
        "allOfItOnAllProcessors",
        () -> sink += MaskedVector.of(quantiser, clipped, Bytes.of(key(32)), terms).wire()[0]);
    report.detail("microsecondsALeafOneThread", microseconds);
  }

  private void measure(String name, Kernel kernel) throws Exception {
    measureWhole(
        name,
        () -> {
          for (int leaf = 0; leaf < update.length / LEAF; leaf++) {
            kernel.on(leaf);
          }
        });
  }

  private void measureWhole(String name, Timing.Work vector) throws Exception {
    double[] each = new double[repetitions];
    for (int i = -WARM_UPS; i < repetitions; i++) {
      double seconds = Timing.seconds(vector);
      if (i >= 0) {
        each[i] = seconds / (update.length / LEAF) * 1e6;
      }
    }
    microseconds.put(name, new Samples(each).describe());
  }

  private byte[] key(int bytes) {
    byte[] key = new byte[bytes];
    random.nextBytes(key);
    return key;
  }

  /** Keeps the compiler from dropping the work. */
  int sink() {
    return sink;
  }
}
