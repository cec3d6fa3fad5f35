package org.concordat.auditlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead journal of one writer: an append is durable once its record is, with one sync.
 * The file is filled with zeroes before it is used, so that a sync of it seldom changes more than
 * its own blocks. It is there from the first append until the log is closed.
 *
 * <p>Records are authenticated with a key made from the log key: what another wrote is not replayed
 * and signed. Emptying writes nothing: records of an earlier base are known by it. Not thread-safe.
 */
final class Journal {
  /** How far the file grows at a time. */
  private static final int STEP_BYTES = 1 << 20;

  private final LogFiles files;
  private final Path path;
  private final Mac mac;
  private final int capacity;
  private @Nullable FileChannel channel;
  private Checkpoint base;
  private long written;
  private long filled;
  private long last;

  /**
   * @param capacity bytes, after which it should be emptied
   */
  Journal(LogFiles files, Mac mac, Checkpoint base, int capacity) {
    this.files = files;
    this.path = files.path(LogFiles.JOURNAL);
    this.mac = mac;
    this.base = base;
    this.capacity = capacity;
  }

  /** Whether there is a file: all that the base covers is durable then. */
  boolean isStarted() {
    return channel != null;
  }

  /** Size of the tree that needs no journal. */
  long base() {
    return base.size();
  }

  /** Whether another record should wait until this is emptied. */
  boolean isFull() {
    return written >= capacity;
  }

  /** Makes an empty file, durable with its name when this returns. */
  void start() {
    try {
      files.step("create", path);
      channel =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      fill(channel, 1);
      files.step("sync", path);
      channel.force(true);
      files.step("sync", files.path(""));
      LogFiles.sync(files.path(""));
    } catch (IOException failure) {
      discard();
      throw new LogUnwritableException(path, LogFiles.describe(failure), failure);
    }
  }

  /** Appends a record; durable when this returns. */
  void append(JournalRecord record) {
    byte[] frame = JournalChain.frame(record.encode(), mac);
    last = written;
    try {
      FileChannel out = open();
      fill(out, written + frame.length);
      files.step("journal", path);
      write(out, frame, written);
      files.step("sync", path);
      out.force(false);
      written += frame.length;
    } catch (IOException failure) {
      throw new LogUnwritableException(path, LogFiles.describe(failure), failure);
    }
  }

  /** A record of the present base with this tree as the one after it. */
  JournalRecord record(Checkpoint before, Checkpoint after, List<byte[]> entries) {
    return new JournalRecord(base.size(), base.root(), before.size(), after.root(), entries);
  }

  /** Takes the last record back, whole or not; gone for good when this returns. */
  void undo() {
    boolean interrupted = Thread.interrupted(); // that may be why: it would end this too
    try {
      FileChannel out = open();
      files.step("undo", path);
      write(out, new byte[JournalChain.BLOCK], last);
      out.force(false);
      written = last;
    } catch (IOException failure) {
      throw new LogUnwritableException(path, LogFiles.describe(failure), failure);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Empties it: everything up to there is durable by itself. */
  void rebase(Checkpoint durable) {
    base = durable;
    written = 0;
  }

  /** Removes it: everything is durable by itself. */
  void remove() {
    discard();
    files.delete(LogFiles.JOURNAL);
  }

  /** Lets go of the file and leaves it to the next writer. */
  void discard() {
    FileChannel open = channel;
    channel = null;
    written = 0;
    filled = 0;
    if (open != null) {
      try {
        open.close();
      } catch (IOException ignored) {
        // every record was synced when it was acknowledged
      }
    }
  }

  /** The file; opened again where an interrupted thread closed it. */
  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      throw new IllegalStateException("the journal is not started");
    }
    if (!open.isOpen()) {
      open = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      channel = open;
    }
    return open;
  }

  private void fill(FileChannel out, long needed) throws IOException {
    int stepBytes = Math.min(STEP_BYTES, capacity);
    while (filled < needed) {
      files.step("fill", path);
      write(out, new byte[stepBytes], filled);
      filled += stepBytes;
    }
  }

  private static void write(FileChannel out, byte[] bytes, long at) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      out.write(rest, at + rest.position());
    }
  }
}
