package org.concordat.agent.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent is doing, in {@code status.json} of its home: for {@code agent status}, which
 * needs no connection.
 */
public final class AgentStatus {
  public static final String FILE = "status.json";

  private static final Logger LOG = LoggerFactory.getLogger(AgentStatus.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a file system gives a small file at the least. */
  private static final int BLOCK_BYTES = 4096;

  private final Path file;
  private final Clock clock;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private boolean waiting;

  public AgentStatus(Path home, String name, Clock clock) {
    this.file = home.resolve(FILE);
    this.clock = clock;
    values.put("name", name);
    values.put("pid", ProcessHandle.current().pid());
    values.put("startedAt", started());
    values.put("connected", false);
    values.put("state", "starting");
  }

  /**
   * When this process began: with its id, that tells whether it still runs. Empty where the system
   * does not say.
   */
  private static String started() {
    return ProcessHandle.current().info().startInstant().map(Instant::toString).orElse("");
  }

  /**
   * Whether the process that wrote a status still runs: its id may be another program's by now, or
   * this machine may have been started anew.
   *
   * @param pid as in the status
   * @param startedAt as in the status; empty matches any process of that id
   */
  public static boolean runs(long pid, String startedAt) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                startedAt.isEmpty()
                    || process
                        .info()
                        .startInstant()
                        .map(Instant::toString)
                        .orElse(startedAt)
                        .equals(startedAt))
        .isPresent();
  }

  /** Changes one value, see {@link #set(Map)}. */
  public void set(String key, Object value) {
    set(Map.of(key, value));
  }

  /** Whether the session with the coordinator is open. */
  public synchronized boolean isConnected() {
    return Boolean.TRUE.equals(values.get("connected"));
  }

  /**
   * Changes values and writes the file, if it can be written: what an agent does never depends on
   * it.
   */
  public synchronized void set(Map<String, ?> changed) {
    later(changed);
    flush();
  }

  /**
   * Changes values that change several times a round: they are written with the next {@link #set}
   * or {@link #flush}.
   */
  public synchronized void later(Map<String, ?> changed) {
    values.putAll(changed);
    values.put("at", clock.instant().toString());
    waiting = true;
  }

  /** Writes what waits. */
  public synchronized void flush() {
    if (!waiting) {
      return;
    }
    waiting = false;
    try {
      write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(values));
    } catch (IOException failure) {
      LOG.debug("status file {} cannot be written: {}", file, failure.getMessage());
    }
  }

  private void write(byte[] bytes) throws IOException {
    try {
      Path temporary = file.resolveSibling(FILE + ".tmp");
      Files.write(temporary, bytes);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException full) {
      writeInPlace(bytes);
    }
  }

  /**
   * On a full disk there is no room for another file, but the blocks of this one can be written
   * anew: that is how its status says that the disk is full. Nothing is cut off before: what the
   * old text was longer, is blank.
   */
  private void writeInPlace(byte[] bytes) throws IOException {
    int room = Math.max(BLOCK_BYTES, (int) Files.size(file));
    if (bytes.length > room) {
      throw new IOException("its text has become longer than its blocks");
    }
    byte[] padded = Arrays.copyOf(bytes, Math.max(bytes.length, (int) Files.size(file)));
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    Files.write(file, padded, StandardOpenOption.WRITE);
  }
}
