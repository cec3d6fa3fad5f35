package org.concordat.secureagg.kernel;

import java.util.List;

/** Many masks on one vector: a pure function of the terms and a range of elements. */
public final class Masks {
  private static final int MAX_THREADS = 64;

  private Masks() {}

  /** One thread for each 2^18 elements, as far as there are processors. */
  public static int threadsFor(int elements) {
    return Parts.threadsFor(elements);
  }

  /**
   * Puts every term's stream on the words, as {@link MaskTerm#added} says.
   *
   * @param words the elements from {@code firstElement} on; changed in place
   * @param threads 1 to 64; the result does not depend on it
   */
  public static void add(int[] words, long firstElement, List<MaskTerm> terms, int threads) {
    apply(words, firstElement, terms, true, threads);
  }

  /** Takes off what {@link #add} put on. */
  public static void remove(int[] words, long firstElement, List<MaskTerm> terms, int threads) {
    apply(words, firstElement, terms, false, threads);
  }

  private static void apply(
      int[] words, long firstElement, List<MaskTerm> terms, boolean adding, int threads) {
    int parts = Math.max(1, Math.min(MAX_THREADS, threads));
    Parts.each(
        words.length,
        parts,
        (from, to) ->
            new MaskStreams(terms, adding).apply(words, from, to - from, firstElement + from));
  }
}
