package org.concordat.secureagg.kernel;

import java.util.List;

/** Takes masks off a masked sum: a pure function of the terms and a range of elements. */
public final class Unmasker {
  private Unmasker() {}

  /**
   * Removes every term's stream and centres the words.
   *
   * @param wireBits b
   * @param sum masked words of the elements from {@code firstElement} on; becomes the sum
   * @param terms masks that were added or subtracted when masking
   * @param threads 1 to 64; the result does not depend on it
   */
  public static void unmask(
      int wireBits, int[] sum, int firstElement, List<MaskTerm> terms, int threads) {
    Masks.remove(sum, firstElement, terms, threads);
    Ring.centre(wireBits, sum);
  }
}
