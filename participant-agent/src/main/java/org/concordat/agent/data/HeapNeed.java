package org.concordat.agent.data;

/** Whether a file's rows fit into this process, looked at while they come. */
final class HeapNeed {
  /** There is no room for the rows that are still to come. */
  static final class TooSmallException extends RuntimeException {
    TooSmallException(String message) {
      super(message);
    }
  }

  /** Between two looks. */
  private static final int EVERY_ROWS = 1 << 16;

  /** Of a row in memory, its features aside: line, label, place. */
  private static final long ROW_BYTES = 16;

  /** Rows in memory, and once more as bytes for a trainer. */
  private static final long COPIES = 2;

  private final DataFile file;
  private final int width;
  private final long most;

  /**
   * @param width features of a row
   * @param most bytes that the heap can have
   */
  HeapNeed(DataFile file, int width, long most) {
    this.file = file;
    this.width = width;
    this.most = most;
  }

  /**
   * Estimates by the part of the file that is read.
   *
   * @throws TooSmallException naming the heap that would do
   */
  void check(int rows, long bytesRead) {
    if (rows % EVERY_ROWS != 0 || bytesRead <= 0) {
      return;
    }
    long all = Math.round(rows * Math.max(1.0, (double) file.size() / bytesRead));
    long need = all * (ROW_BYTES + COPIES * Double.BYTES * width);
    if (need > most) {
      throw new TooSmallException(
          ("its about %s rows of %s inputs need a heap of %s MiB, this process has %s: give it"
                  + " more (CONCORDAT_HEAP=%sm)")
              .formatted(all, width, mib(need), mib(most), mib(need + need / 4)));
    }
  }

  private static long mib(long bytes) {
    return (bytes >> 20) + 1;
  }
}
