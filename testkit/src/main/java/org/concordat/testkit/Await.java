package org.concordat.testkit;

import java.time.Duration;

/** Waits for what must come to be, on a machine that may be busy. */
public final class Await {
  private static final Duration MOST = Duration.ofSeconds(60);

  private Await() {}

  /** A look at what is waited for. */
  public interface Look {
    boolean there() throws Exception;
  }

  /**
   * @return after how many milliseconds it was there
   * @throws AssertionError if it does not come in a minute
   */
  public static long until(Look look) throws Exception {
    long began = System.nanoTime();
    while (!look.there()) {
      if (System.nanoTime() - began > MOST.toNanos()) {
        throw new AssertionError("it did not come in " + MOST.toSeconds() + " s");
      }
      Thread.sleep(50);
    }
    return (System.nanoTime() - began) / 1_000_000;
  }
}
