package org.concordat.bench;

/** Wall-clock seconds of a piece of work. */
final class Timing {
  /** Work that may fail. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private Timing() {}

  static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * Two pieces of work by turns, warm-up first.
   *
   * @return seconds of the first and of the second, pair by pair
   */
  static Samples[] byTurns(int warmUps, int repetitions, Work first, Work second) throws Exception {
    double[][] seconds = new double[2][repetitions];
    for (int i = -warmUps; i < repetitions; i++) {
      double a = seconds(first);
      double b = seconds(second);
      if (i >= 0) {
        seconds[0][i] = a;
        seconds[1][i] = b;
      }
    }
    return new Samples[] {new Samples(seconds[0]), new Samples(seconds[1])};
  }
}
