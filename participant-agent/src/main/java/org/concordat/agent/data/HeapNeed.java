package org.concordat.agent.data;

import java.util.function.LongSupplier;

/** Whether a file's rows fit into this process, looked at while they come. */
final class HeapNeed {
  /** There is no room for the rows that are still to come. */
  static final class TooSmallException extends RuntimeException {
    TooSmallException(String message) {
      super(message);
    }
  }

  /** Of a row in memory, its features aside: line, label, place. */
  private static final long ROW_BYTES = 16;

  private final DataFile file;
  private final int width;
  private final LongSupplier free;
  private long nextLook;

  /**
   * @param width features of a row
   * @param free bytes that the heap has left
   */
  HeapNeed(DataFile file, int width, LongSupplier free) {
    this.file = file;
    this.width = width;
    this.free = free;
  }

  /** What the heap of this process has left. */
  static long freeNow() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  /**
   * Estimates, by the part of the file that is read, what the rows to come need, and all of them
   * once more as bytes for a trainer.
   *
   * @throws TooSmallException naming the heap that would do
   */
  void check(int rows, long bytesRead) {
    if (rows < nextLook || bytesRead <= 0) {
      return;
    }
    long row = ROW_BYTES + (long) Double.BYTES * width;
    long all = Math.round(rows * Math.max(1.0, (double) file.size() / bytesRead));
    long need = (all - rows) * row + all * row;
    if (need <= free.getAsLong()) {
      return;
    }
    System.gc(); // what nobody uses any more counts as used until then
    nextLook = rows + rows / 4;
    long left = free.getAsLong();
    if (need > left) {
      long most = Runtime.getRuntime().maxMemory();
      long whole = most - left + need;
      throw new TooSmallException(
          ("its about %s rows of %s inputs need a heap of %s MiB, this process has %s: give it"
                  + " more (CONCORDAT_HEAP=%sm)")
              .formatted(all, width, mib(whole), mib(most), mib(whole + whole / 4)));
    }
  }

  private static long mib(long bytes) {
    return (bytes >> 20) + 1;
  }
}
