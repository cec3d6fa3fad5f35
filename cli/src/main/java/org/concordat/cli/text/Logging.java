package org.concordat.cli.text;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

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
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new SimpleFormatter());
    handler.setLevel(Level.INFO);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    LIBRARIES.forEach(library -> library.setLevel(Level.WARNING));
    OURS.setLevel(Level.WARNING);
  }

  /** Our own progress as well. */
  public static void verbose() {
    OURS.setLevel(Level.INFO);
  }
}
