package org.concordat.secureagg.kernel;

import java.util.List;
import java.util.stream.IntStream;

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
    int parts = Math.max(1, Math.min(64, threads));
    IntStream range = IntStream.range(0, parts);
    (parts > 1 ? range.parallel() : range)
        .forEach(
            part ->
                remove(sum, firstElement, terms, cut(sum, part, parts), cut(sum, part + 1, parts)));
    Ring.centre(wireBits, sum);
  }

  private static int cut(int[] sum, int part, int parts) {
    return (int) ((long) sum.length * part / parts);
  }

  private static void remove(int[] sum, int firstElement, List<MaskTerm> terms, int from, int to) {
    for (MaskTerm term : terms) {
      new MaskStream(term.key())
          .apply(sum, from, to - from, (long) firstElement + from, !term.added());
    }
  }
}
