package org.concordat.agent.train;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The directory with the default trainer's native libraries. */
final class NativeCache {
  /** There once the natives are unpacked. */
  static final String PREPARED = "prepared";

  /** What they take when unpacked, and some room. */
  private static final long NEEDED_BYTES = 450L << 20;

  private static final long PROBE_SECONDS = 10;
  private static final String TEXT_FILE_BUSY = "error=26";
  private static final int BUSY_TRIES = 200;
  private static final long BUSY_PAUSE_NANOS = 10_000_000;

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
            (disk.getUsableSpace() >> 20)
                + " MiB are free on "
                + disk
                + ", "
                + (NEEDED_BYTES >> 20)
                + " are needed");
      }
      return executes(directory)
          ? Optional.empty()
          : Optional.of("it is on a file system that is mounted noexec, " + disk);
    } catch (IOException failure) {
      return Optional.of(
          "it cannot be written ("
              + failure.getClass().getSimpleName()
              + ": "
              + failure.getMessage()
              + ")");
    }
  }

  /** Whether a program in it can be run; a library can be loaded where that is so. */
  private static boolean executes(Path directory) throws IOException {
    Path probe =
        Files.createTempFile(
            directory,
            "probe",
            ".sh",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Files.writeString(probe, "#!/bin/sh\nexit 0\n");
      return runs(probe);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /**
   * A file that was just written cannot be run while a process that another thread has started
   * still holds it open (ETXTBSY): it is tried again.
   */
  private static boolean runs(Path probe) {
    for (int tries = 1; ; tries++) {
      try {
        return runsNow(probe);
      } catch (IOException failure) {
        boolean busy = String.valueOf(failure.getMessage()).contains(TEXT_FILE_BUSY);
        if (!busy || tries == BUSY_TRIES) {
          return false;
        }
        LockSupport.parkNanos(BUSY_PAUSE_NANOS);
      }
    }
  }

  private static boolean runsNow(Path probe) throws IOException {
    try {
      Process process = new ProcessBuilder(probe.toString()).start();
      if (process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return true; // not told: the process is ending
    }
  }
}
