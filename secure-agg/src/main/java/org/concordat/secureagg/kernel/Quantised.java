package org.concordat.secureagg.kernel;

/**
 * A clipped update as bounded integers, weight last; only {@link Quantiser#quantise} makes one.
 * Still the member's secret: nothing that sends accepts it.
 */
public final class Quantised {
  final int[] words;

  Quantised(int[] words) {
    this.words = words;
  }

  /** A copy: m + 1 words. */
  public int[] words() {
    return words.clone();
  }

  public int elements() {
    return words.length;
  }
}
