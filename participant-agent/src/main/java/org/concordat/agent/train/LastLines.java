package org.concordat.agent.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Follows a trainer's error output: all of it, up to a bound, into a log file; its last lines for
 * messages.
 */
final class LastLines {
  private static final int LINES = 20;
  private static final int MAX_LINE = 500;
  private static final long MAX_LOG_CHARS = 10_000_000;

  private final Deque<String> lines = new ArrayDeque<>();

  LastLines(InputStream from, Path log) {
    Thread follower = new Thread(() -> follow(from, log), "trainer-errors");
    follower.setDaemon(true);
    follower.start();
  }

  private void follow(InputStream from, Path log) {
    try (BufferedReader reader =
            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
        Writer writer = Files.newBufferedWriter(log)) {
      long written = 0;
      String line;
      while ((line = reader.readLine()) != null) {
        String cut = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "…" : line;
        keep(cut);
        if (written < MAX_LOG_CHARS) {
          writer.write(cut + "\n");
          writer.flush();
          written += cut.length();
        }
      }
    } catch (IOException gone) {
      keep("(error output ended: " + gone.getMessage() + ")");
    }
  }

  private synchronized void keep(String line) {
    lines.addLast(line);
    if (lines.size() > LINES) {
      lines.removeFirst();
    }
  }

  synchronized List<String> last() {
    return List.copyOf(lines);
  }
}
