package org.concordat.secureagg.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A vector cut among threads: into nearly equal parts, or into chunks that each thread fetches. */
final class Parts {
  /** Fewer elements than this for a thread are not worth starting it. */
  private static final int ELEMENTS_PER_THREAD = 1 << 18;

  /** Work on the elements from {@code from} on, {@code to} excluded. */
  interface Work {
    void on(int from, int to);
  }

  private Parts() {}

  /** One thread for each 2^18 elements, as far as there are processors. */
  static int threadsFor(int elements) {
    int useful = 1 + elements / ELEMENTS_PER_THREAD;
    return Math.min(useful, Runtime.getRuntime().availableProcessors());
  }

  /** Returns once every part is done; the parts cover 0 to {@code length}, none twice. */
  static void each(int length, int parts, Work work) {
    range(parts, parts)
        .forEach(part -> work.on(cut(length, part, parts), cut(length, part + 1, parts)));
  }

  /**
   * Chunks 0 to {@code chunks}, each to whichever thread is free next; returns once all are done.
   *
   * @param worker what a thread keeps from one of its chunks to the next; not asked for by a thread
   *     that comes too late for a chunk
   */
  static void share(int chunks, int threads, Supplier<IntConsumer> worker) {
    AtomicInteger next = new AtomicInteger();
    range(threads, threads)
        .forEach(
            thread -> {
              int chunk = next.getAndIncrement();
              if (chunk < chunks) {
                IntConsumer own = worker.get();
                for (; chunk < chunks; chunk = next.getAndIncrement()) {
                  own.accept(chunk);
                }
              }
            });
  }

  /** 0 to {@code count}, in parallel where there is more than one thread to use. */
  static IntStream range(int count, int threads) {
    IntStream range = IntStream.range(0, count);
    return threads > 1 ? range.parallel() : range;
  }

  private static int cut(int length, int part, int parts) {
    return (int) ((long) length * part / parts);
  }
}
