package org.concordat.agent.train;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The directory with the default trainer's native libraries. */
final class NativeCache {
  /** There once the natives are unpacked, and the trainer's classes are in {@link #CLASSES}. */
  static final String PREPARED = "prepared-2";

  /** Class data of the trainer, as Java maps it. Another build of Java does without. */
  static final String CLASSES = "trainer.jsa";

  /** What they take when unpacked, and some room. */
  private static final long NEEDED_BYTES = 450L << 20;

  private static final long PROBE_SECONDS = 60;

  /** Of the shell's own means only: there may be no other program. */
  private static final String WRITE = "printf '#!/bin/sh\\nexit 0\\n' > \"$1\"";

  private static final String RUN = "\"$1\"";

  /** What a shell ends with for a file that is there and may not be run (POSIX, XCU 2.8.2). */
  private static final int NOT_EXECUTABLE = 126;

  private static final int NOT_ENDED = -1;

  private NativeCache() {}

  /**
   * What is wrong with it: it cannot be made or written, it is full, or nothing in it can be
   * executed (a file system mounted noexec). Writes and removes a small file.
   */
  static Optional<String> problem(Path directory) {
    try {
      Files.createDirectories(directory);
      FileStore disk = Files.getFileStore(directory);
      if (disk.isReadOnly()) {
        return Optional.of("it is on a file system that is mounted read-only (ro), " + disk);
      }
      if (!Files.exists(directory.resolve(PREPARED)) && disk.getUsableSpace() < NEEDED_BYTES) {
        return Optional.of(
            "%s MiB are free on %s, %s are needed"
                .formatted(disk.getUsableSpace() >> 20, disk, NEEDED_BYTES >> 20));
      }
      return switch (probe(directory)) {
        case 0 -> Optional.empty();
        case NOT_EXECUTABLE ->
            Optional.of("it is on a file system that is mounted noexec, " + disk);
        default -> Optional.of("no program can be written there and run, " + disk);
      };
    } catch (IOException failure) {
      return Optional.of(
          "it cannot be written (%s: %s)"
              .formatted(failure.getClass().getSimpleName(), failure.getMessage()));
    }
  }

  /**
   * How a program in it ends; a library can be loaded where one can be run. A shell writes it: a
   * file that this process had open for writing is busy (ETXTBSY) for as long as any child started
   * by another thread still holds the copy of the descriptor that it began with.
   */
  private static int probe(Path directory) throws IOException {
    Path program = directory.resolve("probe-" + UUID.randomUUID() + ".sh");
    try {
      int written = shell(WRITE, program);
      if (written != 0) {
        return written;
      }
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      return shell(RUN, program);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return 0; // not told: the process is ending
    } finally {
      Files.deleteIfExists(program);
    }
  }

  private static int shell(String script, Path program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script, "sh", program.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
      return process.exitValue();
    }
    process.destroyForcibly();
    return NOT_ENDED;
  }
}
