package org.concordat.agent.data;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Some of the rows, in an order of their own.
 *
 * @param order of the rows, by their place
 */
record Part(SampleRows samples, int[] order) {
  static Part none() {
    return new Part(new SampleRows(0), new int[0]);
  }

  static Part all(SampleRows samples) {
    return of(samples, row -> true);
  }

  static Part of(SampleRows samples, IntPredicate taken) {
    return new Part(samples, IntStream.range(0, samples.count()).filter(taken).toArray());
  }

  int rows() {
    return order.length;
  }

  double feature(int row, int column) {
    return samples.feature(order[row], column);
  }

  /** The array that holds a row's features, from {@link #offset} on. */
  double[] block(int row) {
    return samples.block(order[row]);
  }

  int offset(int row) {
    return samples.offset(order[row]);
  }

  int label(int row) {
    return samples.label(order[row]);
  }
}
