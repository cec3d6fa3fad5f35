package org.concordat.cli.text;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** What of the log goes to stderr: warnings, or with {@code -v} our own progress too. */
public final class Logging {
  /**
   * Loggers of libraries that are chatty below a warning; held here, or their levels would be
   * collected.
   */
  private static final List<Logger> LIBRARIES =
      List.of("io.grpc", "io.netty", "org.flywaydb", "com.zaxxer", "org.jdbi", "org.bouncycastle")
          .stream()
          .map(Logger::getLogger)
          .toList();

  private static final Logger OURS = Logger.getLogger("org.concordat");

  private Logging() {}

  /** Warnings only. */
  public static void quiet() {
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new LogLines());
    handler.setLevel(Level.INFO);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    LIBRARIES.forEach(library -> library.setLevel(Level.WARNING));
    OURS.setLevel(Level.WARNING);
  }

  /** A stack trace, fit for a terminal. */
  public static String trace(Throwable thrown) {
    return LogLines.trace(thrown);
  }

  /** Our own progress as well. */
  public static void verbose() {
    OURS.setLevel(Level.INFO);
  }
}
