package org.concordat.secureagg.kernel;

/**
 * A clipped update as bounded integers, weight last; only {@link Quantiser#quantise} makes one.
 * Still the member's secret: nothing that sends accepts it.
 */
public final class Quantised {
  private final int[] words;

  Quantised(int[] words) {
    this.words = words;
  }

  /** The m + 1 words themselves: whoever masks them masks them in place, and this is used up. */
  public int[] words() {
    return words;
  }

  public int elements() {
    return words.length;
  }
}
