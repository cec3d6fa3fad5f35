package org.concordat.auditlog;

import java.util.Arrays;

/**
 * The terms of one bundle's entries, each once. Few of some ten thousand are new: they are found in
 * a table rather than by sorting all. Not thread-safe.
 */
final class DistinctTerms {
  private static final int MOST = TilePath.FULL * Terms.MOST;

  /** A free slot has 0; a term of 0 is noted apart. */
  private final int[] slots = new int[2 * Integer.highestOneBit(MOST)];

  private final int[] terms = new int[MOST + 1];
  private int count;
  private boolean zero;

  void add(int term) {
    if (term == 0) {
      zero = true;
      return;
    }
    int slot = term & (slots.length - 1);
    while (slots[slot] != 0) {
      if (slots[slot] == term) {
        return;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = term;
    terms[count++] = term;
  }

  /** All of them, ascending; none is left. */
  int[] takeAll() {
    if (zero) {
      terms[count++] = 0;
    }
    int[] all = Arrays.copyOf(terms, count);
    Arrays.sort(all);
    Arrays.fill(slots, 0);
    count = 0;
    zero = false;
    return all;
  }
}
