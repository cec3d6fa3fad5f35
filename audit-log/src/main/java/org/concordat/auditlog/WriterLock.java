package org.concordat.auditlog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One writer per log: a file lock against other processes, and a set against this one, where POSIX
 * locks do not help (closing any channel on the file drops the process's lock).
 */
final class WriterLock implements AutoCloseable {
  private static final Set<Path> HELD_HERE = new HashSet<>();

  private final Path directory;
  private final FileChannel channel;

  private WriterLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  static WriterLock take(Path directory) {
    Path real = real(directory);
    synchronized (HELD_HERE) {
      if (!HELD_HERE.add(real)) {
        throw new LogLockedException(directory);
      }
      WriterLock lock = null;
      try {
        lock = open(real);
        return lock;
      } finally {
        if (lock == null) {
          HELD_HERE.remove(real);
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (HELD_HERE) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // the lock ends with the process at the latest
      }
      HELD_HERE.remove(directory);
    }
  }

  private static WriterLock open(Path directory) {
    Path file = directory.resolve(LogFiles.LOCK);
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      locked = lock != null;
      if (!locked) {
        throw new LogLockedException(directory);
      }
      return new WriterLock(directory, channel);
    } catch (IOException failure) {
      throw new LogUnwritableException(file, LogFiles.describe(failure), failure);
    } finally {
      if (!locked) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // nothing was written through it
    }
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException failure) {
      throw new LogUnwritableException(directory, LogFiles.describe(failure), failure);
    }
  }
}
