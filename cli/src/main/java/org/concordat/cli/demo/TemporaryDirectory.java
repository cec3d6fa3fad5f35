package org.concordat.cli.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A demo's temporary directory. Its owner holds a lock on a file in it as long as it lives, so that
 * the next demo can tell what a demo left that was killed, and removes it.
 */
final class TemporaryDirectory {
  private static final String PREFIX = "concordat-demo-";
  private static final String LOCK = ".demo-lock";
  private static final int REMOVE_ATTEMPTS = 50;
  private static final long REMOVE_PAUSE_NANOS = 100_000_000;

  /** Held until this process ends. */
  private static @Nullable FileChannel held;

  private TemporaryDirectory() {}

  /** Makes one, readable by this user only, after removing what killed demos of this user left. */
  static Path make() throws IOException {
    removeAbandoned(Path.of(System.getProperty("java.io.tmpdir")));
    Path made = Files.createTempDirectory(PREFIX);
    FileChannel channel =
        FileChannel.open(made.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    held = channel;
    return made;
  }

  /** Removes directories of demos that no longer live; one that cannot be removed is left. */
  static void removeAbandoned(Path temporary) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path directory : found) {
        if (abandoned(directory)) {
          removeOnce(directory);
        }
      }
    } catch (IOException | RuntimeException another) {
      // another user's, or another demo removes it at this moment
    }
  }

  private static boolean abandoned(Path directory) throws IOException {
    Path lock = directory.resolve(LOCK);
    if (!Files.isRegularFile(lock) || !Files.isWritable(lock)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  /**
   * Removes a directory and all below it. A process that is just ending may still write: then it is
   * tried again, for some seconds.
   */
  static void remove(Path root) throws IOException {
    for (int attempt = 1; Files.exists(root); attempt++) {
      try {
        removeOnce(root);
      } catch (IOException written) {
        if (attempt == REMOVE_ATTEMPTS) {
          throw written;
        }
        LockSupport.parkNanos(REMOVE_PAUSE_NANOS);
      }
    }
  }

  private static void removeOnce(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException vanished) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
