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
        (from, to) -> applyRange(words, from, to, firstElement, terms, adding));
  }

  /**
   * All streams on one block of words before the next block: the words stay in the cache, and each
   * stream goes on where it was.
   */
  private static void applyRange(
      int[] words, int from, int to, long firstElement, List<MaskTerm> terms, boolean adding) {
    byte[] buffer = new byte[MaskStream.BUFFER_BYTES];
    MaskStream[] streams =
        terms.stream().map(term -> new MaskStream(term.key(), buffer)).toArray(MaskStream[]::new);
    boolean[] add = new boolean[streams.length];
    for (int i = 0; i < add.length; i++) {
      add[i] = terms.get(i).added() == adding;
    }
    for (int at = from; at < to; at += MaskStream.WORDS) {
      int count = Math.min(MaskStream.WORDS, to - at);
      for (int i = 0; i < streams.length; i++) {
        streams[i].apply(words, at, count, firstElement + at, add[i]);
      }
    }
  }
}
