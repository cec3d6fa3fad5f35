package org.concordat.secureagg.kernel;

import java.util.random.RandomGenerator;

/** A whole update rounded, as {@link MaskedVector} does it leaf by leaf. */
public final class Rounding {
  private Rounding() {}

  /** The m + 1 words, weight last. */
  public static int[] words(Quantiser quantiser, Clipped update, RandomGenerator random) {
    int[] words = new int[update.elements()];
    byte[] noise = new byte[4 * words.length];
    random.nextBytes(noise);
    quantiser.quantise(update, 0, noise, words, 0, words.length);
    return words;
  }
}
