package org.concordat.secureagg.kernel;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.Objects;

/**
 * Folds uploads into the masked sum of a range of elements: heap 4 bytes per element of the range,
 * however many uploads. Folding is commutative and associative; folding each chunk of each upload
 * exactly once is the caller's part. Not thread-safe; use one per range.
 */
public final class Accumulator {
  private final int wireBits;
  private final int firstElement;
  private final int[] sum;

  /**
   * @param wireBits b
   * @param firstElement first element of the range, a multiple of {@link Ring#BLOCK}
   * @param elements length of the range
   */
  public Accumulator(int wireBits, int firstElement, int elements) {
    this.wireBits = wireBits;
    this.firstElement = firstElement;
    this.sum = new int[elements];
  }

  /**
   * Adds a piece of one upload.
   *
   * @param element first element of the piece, within the range, a multiple of {@link Ring#BLOCK}
   * @param wire packed words from {@code offset} on
   * @param count elements in the piece, a multiple of {@link Ring#BLOCK} unless the vector ends
   */
  public void fold(int element, byte[] wire, int offset, int count) {
    check(element % Ring.BLOCK == 0, "a piece from element %d, not from a block's first", element);
    Objects.checkFromIndexSize(element - firstElement, count, sum.length);
    Ring.accumulate(wireBits, sum, element - firstElement, wire, offset, count);
  }

  /** The words of the range; not a copy. */
  public int[] sum() {
    return sum;
  }
}
