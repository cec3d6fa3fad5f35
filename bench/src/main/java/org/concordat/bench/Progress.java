package org.concordat.bench;

import java.util.Locale;

/** Lines for whoever waits, on stderr. */
final class Progress {
  private static final long START_NANOS = System.nanoTime();

  private Progress() {}

  static void say(String text) {
    System.err.println(
        String.format(Locale.ROOT, "[%5.1f s] %s", (System.nanoTime() - START_NANOS) / 1e9, text));
  }
}
