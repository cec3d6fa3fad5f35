package org.concordat.cli.text;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How many columns the terminal has now: a window changes its size. Java cannot tell, so {@code
 * stty} is asked, at most every two seconds; then the variable COLUMNS; else it is 80.
 */
final class Columns {
  private static final int USUAL = 80;
  private static final int LEAST = 20;
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PATIENCE_MILLIS = 200;
  private static final File TERMINAL = new File("/dev/tty");

  private static int known;
  private static long askedNanos;

  private Columns() {}

  static synchronized int now() {
    long now = System.nanoTime();
    if (known == 0 || now - askedNanos > FRESH_NANOS) {
      known = Math.max(LEAST, ask());
      askedNanos = now;
    }
    return known;
  }

  private static int ask() {
    if (System.console() != null) {
      try {
        Process stty = new ProcessBuilder("stty", "size").redirectInput(TERMINAL).start();
        if (stty.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) && stty.exitValue() == 0) {
          int told =
              second(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
          if (told > 0) {
            return told;
          }
        }
        stty.destroyForcibly();
      } catch (IOException noTerminal) {
        return variable();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return variable();
  }

  private static int variable() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9][0-9]{0,4}")
        ? Integer.parseInt(columns)
        : USUAL;
  }

  /** Of "rows columns"; 0 where it is something else. */
  static int second(String size) {
    String[] parts = size.strip().split(" ");
    return parts.length == 2 && parts[1].matches("[0-9]{1,5}") ? Integer.parseInt(parts[1]) : 0;
  }
}
