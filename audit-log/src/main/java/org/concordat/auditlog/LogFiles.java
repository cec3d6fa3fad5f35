package org.concordat.auditlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The files of one log's folder. Every write names its step first, so that a test can stop the
 * writer there.
 */
final class LogFiles {
  static final String CHECKPOINT = "checkpoint";
  static final String NEW_CHECKPOINT = "checkpoint.new";
  static final String VKEY = "log.vkey";
  static final String LOCK = ".lock";

  /** What a writer keeps beside the log proper; no part of what is signed. */
  static final String JOURNAL = "journal";

  /** A disk takes syncs that come together in one go; in a row each waits for the one before. */
  private static final int SYNCING_THREADS = 16;

  /** Called before each change on the disk. */
  interface Steps {
    void before(String step, Path file) throws IOException;
  }

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final Steps steps;
  private final LogSource source;
  private final Set<Path> unsynced = new LinkedHashSet<>();
  private final Map<String, byte[]> pinned = new HashMap<>();

  LogFiles(Path directory) {
    this(directory, (step, file) -> {});
  }

  LogFiles(Path directory, Steps steps) {
    this.directory = directory;
    this.steps = steps;
    this.source = this::ofFolder;
  }

  /**
   * A log that is not in a folder, for reading only.
   *
   * @param name what refusals begin with
   */
  LogFiles(Path name, LogSource source) {
    this.directory = name;
    this.steps = (step, file) -> {};
    this.source = source;
  }

  Path path(String relative) {
    return directory.resolve(relative);
  }

  /** From now on, reads of this file give these bytes: a writer may delete it meanwhile. */
  void pin(String relative, byte[] bytes) {
    pinned.put(relative, bytes);
  }

  /** Reads are from the disk again. */
  void unpin() {
    pinned.clear();
  }

  /** Says what is about to be done to the disk. */
  void step(String step, Path file) throws IOException {
    steps.before(step, file);
  }

  /** The file's bytes, or empty if there is none. */
  Optional<byte[]> read(String relative, int maxBytes) {
    byte[] known = pinned.get(relative);
    if (known != null) {
      return Optional.of(known);
    }
    Path file = path(relative);
    try {
      return source.read(relative, maxBytes);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new LogUnreadableException(file, describe(failure), failure);
    }
  }

  private Optional<byte[]> ofFolder(String relative, int maxBytes) throws IOException {
    Path file = path(relative);
    BasicFileAttributes is =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!is.isRegularFile()) {
      throw new LogDamagedException(file, "is not a regular file");
    }
    if (is.size() > maxBytes) {
      throw new LogDamagedException(file, "has more than " + maxBytes + " bytes");
    }
    return Optional.of(Files.readAllBytes(file));
  }

  /** The tile's bytes, or empty if there is none. */
  Optional<byte[]> read(TilePath tile) {
    int max =
        tile.level() == TilePath.ENTRIES ? Tiles.MAX_BUNDLE_BYTES : TilePath.FULL * TreeHash.BYTES;
    return read(tile.path(), max);
  }

  /** A tile that must be there and hold exactly these hashes. */
  void require(TilePath tile, byte[] hashes) {
    if (!Arrays.equals(require(tile), hashes)) {
      throw new LogDamagedException(path(tile.path()), "does not hold the hashes below it");
    }
  }

  /** The tile's bytes; a missing tile is damage. */
  byte[] require(TilePath tile) {
    return read(tile).orElseThrow(() -> new LogDamagedException(path(tile.path()), "is missing"));
  }

  /** Writes a file in place. It is durable, its name included, after {@link #sync()}. */
  void write(String relative, byte[] bytes) {
    Path file = path(relative);
    try {
      Path parent = Objects.requireNonNull(file.getParent(), "a file in the log has a parent");
      ensureDirectory(parent);
      steps.before("write", file);
      if (!relative.equals(NEW_CHECKPOINT)) { // is renamed before its name matters
        unsynced.add(parent);
      }
      try (FileChannel out =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING,
              LinkOption.NOFOLLOW_LINKS)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
      }
      unsynced.add(file);
    } catch (IOException failure) {
      throw new LogUnwritableException(file, describe(failure), failure);
    }
  }

  /**
   * Makes everything durable that was written, named or removed since the last time. All at once
   * rather than one by one: a journalling file system then commits once or twice.
   */
  void sync() {
    if (unsynced.isEmpty()) {
      return;
    }
    try {
      for (Path changed : unsynced) {
        steps.before("sync", changed);
      }
    } catch (IOException refused) {
      throw new LogUnwritableException(directory, describe(refused), refused);
    }
    ExecutorService together =
        Executors.newFixedThreadPool(Math.min(SYNCING_THREADS, unsynced.size()));
    try {
      List<Future<?>> syncs = new ArrayList<>();
      for (Path changed : unsynced) {
        syncs.add(together.submit(() -> syncIfThere(changed)));
      }
      for (Future<?> sync : syncs) {
        await(sync);
      }
    } finally {
      together.shutdown();
    }
    unsynced.clear();
  }

  /** Makes everything in the folder durable, whoever wrote it. */
  void syncAll() {
    for (String name : list()) {
      if (!name.equals(LOCK)) { // opening it here would drop the lock
        Path file = path(name);
        unsynced.add(file);
        for (Path parent = file.getParent();
            parent != null && parent.startsWith(directory);
            parent = parent.getParent()) {
          unsynced.add(parent);
        }
      }
    }
    sync();
  }

  private static void syncIfThere(Path changed) {
    try {
      sync(changed);
    } catch (NoSuchFileException removed) {
      // by the caller, since it was written
    } catch (IOException failure) {
      throw new LogUnwritableException(changed, describe(failure), failure);
    }
  }

  private static void await(Future<?> sync) {
    try {
      sync.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof LogUnwritableException refused) {
        throw refused;
      }
      throw new IllegalStateException("a sync failed", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while files were being synced", interrupted);
    }
  }

  /** Syncs a file or directory; a relative file of one name has the current directory as parent. */
  static void sync(@Nullable Path changed) throws IOException {
    Path there = changed == null ? Path.of("") : changed;
    try (FileChannel channel = FileChannel.open(there.toAbsolutePath(), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Puts {@link #NEW_CHECKPOINT} in the place of the checkpoint, atomically; durable after {@link
   * #sync()}.
   */
  void publishCheckpoint() {
    Path file = path(CHECKPOINT);
    try {
      steps.before("rename", file);
      Files.move(
          path(NEW_CHECKPOINT),
          file,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new LogUnwritableException(file, describe(failure), failure);
    }
    unsynced.remove(path(NEW_CHECKPOINT));
    unsynced.add(file);
    unsynced.add(directory);
  }

  /**
   * Removes a file if it is there, and the {@code <N>.p} directory that held it if it is empty now.
   * Durable after {@link #sync()}.
   */
  void delete(String relative) {
    Path file = path(relative);
    try {
      steps.before("delete", file);
      if (!Files.deleteIfExists(file)) {
        return;
      }
      unsynced.remove(file);
      Path parent = Objects.requireNonNull(file.getParent(), "a file in the log has a parent");
      unsynced.add(parent);
      if (parent.toString().endsWith(".p") && isEmpty(parent)) {
        Files.delete(parent);
        unsynced.remove(parent);
        unsynced.add(Objects.requireNonNull(parent.getParent(), "a tile lies below the folder"));
      }
    } catch (NoSuchFileException gone) {
      // nothing to remove
    } catch (IOException failure) {
      throw new LogUnwritableException(file, describe(failure), failure);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var rest = Files.newDirectoryStream(directory)) {
      return !rest.iterator().hasNext();
    }
  }

  /**
   * Every file below the folder, relative, with forward slashes. Links are refused: they may lead
   * out of it.
   */
  Set<String> list() {
    Set<String> found = new TreeSet<>();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!attributes.isRegularFile()) {
                throw new LogDamagedException(file, "is not a regular file");
              }
              found.add(directory.relativize(file).toString().replace('\\', '/'));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted meanwhile by a writer
              }
              throw failure;
            }
          });
    } catch (IOException failure) {
      throw new LogUnreadableException(directory, describe(failure), failure);
    }
    return found;
  }

  private void ensureDirectory(Path wanted) throws IOException {
    if (Files.isDirectory(wanted)) {
      return;
    }
    Path parent = wanted.getParent();
    if (parent != null) {
      ensureDirectory(parent);
      unsynced.add(parent);
    }
    steps.before("mkdir", wanted);
    Files.createDirectory(wanted, OWNER_ONLY);
  }

  static String describe(IOException failure) {
    String message = failure.getMessage();
    return failure.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
  }
}
