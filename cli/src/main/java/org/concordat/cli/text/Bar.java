package org.concordat.cli.text;

import java.util.Locale;

/**
 * A progress bar in one line of a terminal: it is drawn over itself, and makes way for lines that
 * are printed meanwhile. For interactive terminals only.
 */
public final class Bar implements AutoCloseable {
  private static final int CELLS = 24;

  private final Terminal terminal;
  private final String name;
  private final long startNanos = System.nanoTime();
  private String last = "";

  public Bar(Terminal terminal, String name) {
    this.terminal = terminal;
    this.name = name;
  }

  /** Draws it anew. */
  public void show(long done, long steps, String what) {
    last = line(name, done, steps, (System.nanoTime() - startNanos) / 1_000_000_000, what);
    terminal.status(last);
  }

  static String line(String name, long done, long steps, long seconds, String what) {
    long all = Math.max(1, steps);
    int full = (int) (CELLS * Math.max(0, Math.min(done, all)) / all);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %d/%d %d:%02d %s",
        name,
        "=".repeat(full),
        " ".repeat(CELLS - full),
        done,
        steps,
        seconds / 60,
        seconds % 60,
        what);
  }

  /** Leaves the last state standing. */
  @Override
  public void close() {
    if (!last.isEmpty()) {
      terminal.keepStatus();
      last = "";
    }
  }
}
