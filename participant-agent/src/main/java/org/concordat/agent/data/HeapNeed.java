package org.concordat.agent.data;

import org.concordat.agent.data.DataProblem.Kind;

/** Whether a file's rows fit into this process, before they are read. */
final class HeapNeed {
  /** Of a row in memory: the sample, its array, its place in a list. */
  private static final long ROW_BYTES = 80;

  /** Rows in memory, once more as one array and as bytes for a trainer. */
  private static final long COPIES = 3;

  private HeapNeed() {}

  /** Notes a file that needs a larger heap than there is left. */
  static void check(String file, byte[] bytes, TableSpec table, DataProblems problems) {
    long rows = 0;
    for (byte one : bytes) {
      rows += one == '\n' ? 1 : 0;
    }
    long need = rows * (ROW_BYTES + COPIES * Double.BYTES * table.width());
    Runtime runtime = Runtime.getRuntime();
    if (need > free(runtime)) {
      System.gc(); // what nobody uses any more counts as used until then
    }
    long free = free(runtime);
    if (need > free) {
      long whole = runtime.maxMemory() - free + need;
      problems.add(
          Kind.FILE_TOO_LARGE,
          file,
          ("its %s rows of %s inputs need a heap of %s MiB, this process has %s: give it"
                  + " more (CONCORDAT_HEAP=%sm)")
              .formatted(
                  rows,
                  table.width(),
                  mib(whole),
                  mib(runtime.maxMemory()),
                  mib(whole + whole / 4)));
    }
  }

  private static long free(Runtime runtime) {
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  private static long mib(long bytes) {
    return (bytes >> 20) + 1;
  }
}
