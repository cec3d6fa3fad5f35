package org.concordat.agent.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows a trainer's error output to its end: the first 10 million characters go into a log file,
 * the last 20 lines, cut to 500 characters, are kept for messages. Memory is bounded whatever the
 * trainer prints, and a full disk does not stop the reading, which would block the trainer.
 */
final class LastLines {
  private static final int LINES = 20;
  private static final int MAX_LINE_CHARS = 500;
  private static final long MAX_LOG_CHARS = 10_000_000;
  private static final long LATE_MILLIS = 500;

  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder line = new StringBuilder();
  private final Thread follower;

  LastLines(InputStream from, Path log) {
    follower = new Thread(() -> follow(from, log), "trainer-errors");
    follower.setDaemon(true);
    follower.start();
  }

  private void follow(InputStream from, Path log) {
    try (Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8);
        LogFile file = LogFile.open(log)) {
      char[] buffer = new char[8192];
      int read;
      while ((read = reader.read(buffer)) >= 0) {
        keep(buffer, read);
        file.write(buffer, read);
      }
    } catch (IOException gone) {
      char[] why = ("(error output ended: " + gone.getMessage() + ")\n").toCharArray();
      keep(why, why.length);
    }
  }

  private synchronized void keep(char[] text, int length) {
    for (int i = 0; i < length; i++) {
      if (text[i] == '\n') {
        endLine();
      } else if (line.length() < MAX_LINE_CHARS) {
        line.append(text[i]);
      } else if (line.length() == MAX_LINE_CHARS) {
        line.append('…');
      }
    }
  }

  private void endLine() {
    lines.addLast(line.toString());
    line.setLength(0);
    if (lines.size() > LINES) {
      lines.removeFirst();
    }
  }

  /** The last lines so far; of a process that has ended, all of them. */
  List<String> last() {
    try {
      follower.join(LATE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      List<String> last = new ArrayList<>(lines);
      if (line.length() > 0) {
        last.add(line.toString());
      }
      return last.size() > LINES ? List.copyOf(last.subList(1, last.size())) : List.copyOf(last);
    }
  }

  /** A file that stops growing at its bound or at the first failure. */
  private static final class LogFile implements AutoCloseable {
    private @Nullable Writer writer;
    private long written;

    static LogFile open(Path path) {
      LogFile file = new LogFile();
      try {
        file.writer = Files.newBufferedWriter(path);
      } catch (IOException notWritable) {
        file.writer = null;
      }
      return file;
    }

    void write(char[] text, int length) {
      if (writer == null || written >= MAX_LOG_CHARS) {
        return;
      }
      try {
        writer.write(text, 0, length);
        writer.flush();
        written += length;
      } catch (IOException full) {
        close();
      }
    }

    @Override
    public void close() {
      try {
        if (writer != null) {
          writer.close();
        }
      } catch (IOException lost) {
        written = MAX_LOG_CHARS;
      }
      writer = null;
    }
  }
}
