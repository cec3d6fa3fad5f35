package org.concordat.secureagg.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * All masks of a vector as one thread puts them on: ciphers and buffers, kept from one range of
 * elements to the next. Not thread-safe.
 */
final class MaskStreams {
  private final List<MaskStream> added = new ArrayList<>();
  private final List<MaskStream> subtracted = new ArrayList<>();
  private final byte[][] buffers = {MaskStream.newBuffer(), MaskStream.newBuffer()};

  /**
   * @param adding whether terms are put on as {@link MaskTerm#added} says, or taken off
   */
  MaskStreams(List<MaskTerm> terms, boolean adding) {
    for (MaskTerm term : terms) {
      (term.added() == adding ? added : subtracted).add(new MaskStream(term.key()));
    }
  }

  /**
   * All streams on one block of words before the next block: the words stay in the cache, and each
   * stream goes on where it was.
   *
   * @param element the element of {@code words[at]}
   */
  void apply(int[] words, int at, int count, long element) {
    for (int done = 0; done < count; ) {
      int take = Math.min(MaskStream.WORDS, count - done);
      apply(added, true, words, at + done, take, element + done);
      apply(subtracted, false, words, at + done, take, element + done);
      done += take;
    }
  }

  private void apply(
      List<MaskStream> streams, boolean add, int[] words, int at, int count, long element) {
    int pairs = streams.size() & -2;
    for (int i = 0; i < pairs; i += 2) {
      MaskStream.applyTwo(
          streams.get(i), streams.get(i + 1), words, at, count, element, add, buffers);
    }
    if (pairs < streams.size()) {
      streams.get(pairs).apply(words, at, count, element, add, buffers[0]);
    }
  }
}
