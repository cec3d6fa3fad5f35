package org.concordat.cli.text;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A progress bar in one line of a terminal: it is drawn over itself, makes way for lines that are
 * printed meanwhile, and its clock goes on while nothing happens. It is never wider than the
 * terminal, or its rest would stay. For interactive terminals only.
 */
public final class Bar implements AutoCloseable {
  private static final int CELLS = 24;
  private static final int FEW_CELLS = 10;

  /** Below so many columns the words matter more than the cells: at 80, loss and accuracy. */
  private static final int NARROW = 100;

  private final Terminal terminal;
  private final String name;
  private final long startNanos = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });
  private long done;
  private long steps;
  private String what = "";
  private boolean shown;

  public Bar(Terminal terminal, String name) {
    this.terminal = terminal;
    this.name = name;
    clock.scheduleAtFixedRate(this::draw, 1, 1, TimeUnit.SECONDS);
  }

  /** Draws it anew. */
  public synchronized void show(long nowDone, long ofSteps, String nowWhat) {
    done = nowDone;
    steps = ofSteps;
    what = nowWhat;
    shown = true;
    draw();
  }

  private synchronized void draw() {
    if (shown) {
      long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
      terminal.status(line(name, done, steps, seconds, what, terminal.columns()));
    }
  }

  static String line(String name, long done, long steps, long seconds, String what, int columns) {
    long all = Math.max(1, steps);
    int cells = columns < NARROW ? FEW_CELLS : CELLS;
    int full = (int) (cells * Math.max(0, Math.min(done, all)) / all);
    String line =
        String.format(
            Locale.ROOT,
            "%s [%s%s] %d/%d %d:%02d %s",
            name,
            "=".repeat(full),
            " ".repeat(cells - full),
            done,
            steps,
            seconds / 60,
            seconds % 60,
            what);
    return Terminal.cut(line, columns - 1);
  }

  /** Leaves the last state standing. */
  @Override
  public synchronized void close() {
    clock.shutdownNow();
    if (shown) {
      terminal.keepStatus();
      shown = false;
    }
  }
}
