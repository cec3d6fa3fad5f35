package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a copied log folder whole, offline: inclusion proofs prove no completeness, a scan does.
 * Beside a writer, what the checkpoint covered when it was read is verified; a copy ({@link
 * AuditLog#copyTo}) is also checked to hold nothing else.
 */
public final class AuditVerifier {
  private static final int PAUSES = 10;
  private static final long PAUSE_NANOS = 20_000_000;

  private final EnumMap<EntryType, Long> counts = new EnumMap<>(EntryType.class);
  private @Nullable Instant first;
  private @Nullable Instant last;

  private AuditVerifier() {}

  /**
   * Checks the checkpoint's signature, each byte of each tile and entry, that entries are canonical
   * and their ids unique, {@code log.vkey}, and that nothing is missing or extra.
   *
   * @param expected the log's key as the caller knows it, never as the folder says
   * @throws LogMissingException if there is no such folder
   * @throws LogDamagedException naming the file and what is wrong with it
   * @throws LogUnreadableException if the disk refuses
   */
  public static Verification verify(Path directory, LogVerifierKey expected) {
    return new AuditVerifier().run(directory, expected);
  }

  private Verification run(Path directory, LogVerifierKey expected) {
    LogMissingException.requireFolder(directory);
    LogFiles files = new LogFiles(directory);
    requireKeyFile(files, expected);
    Checkpoint checkpoint = SignedHead.pin(files, expected);
    LogScan scan = new LogScan(files, checkpoint, (entry, bytes) -> count(entry));
    scan.run();
    requireEmptyLock(files);
    Optional<String> unsigned = scan.checkedLeftovers().unsigned().stream().findFirst();
    if (unsigned.isPresent() && !hasGrown(directory, expected, checkpoint.size())) {
      throw new LogDamagedException(
          files.path(unsigned.get()),
          "is beyond the signed size "
              + checkpoint.size()
              + ": a writer was stopped half-way; open the log in its coordinator once, then copy it");
    }
    return new Verification(
        checkpoint, counts, Optional.ofNullable(first), Optional.ofNullable(last));
  }

  /**
   * Whether a writer has signed a larger tree meanwhile: files beyond the first are then its work.
   */
  private static boolean hasGrown(Path directory, LogVerifierKey key, long size) {
    for (int pause = 0; pause < PAUSES; pause++) {
      if (SignedHead.open(new LogFiles(directory), key).size() > size) {
        return true;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return false;
  }

  static void requireKeyFile(LogFiles files, LogVerifierKey expected) {
    byte[] found =
        files
            .read(LogFiles.VKEY, Checkpoint.MAX_BYTES)
            .orElseThrow(() -> new LogDamagedException(files.path(LogFiles.VKEY), "is missing"));
    if (!Arrays.equals(found, keyFile(expected))) {
      throw new LogDamagedException(
          files.path(LogFiles.VKEY), "is not the expected key " + expected);
    }
  }

  static byte[] keyFile(LogVerifierKey key) {
    return (key + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static void requireEmptyLock(LogFiles files) {
    // asked for its size only: opening it would drop the lock of a writer in this process
    if (files.path(LogFiles.LOCK).toFile().length() != 0) {
      throw new LogDamagedException(files.path(LogFiles.LOCK), "is not empty");
    }
  }

  private void count(CanonicalReader.Head entry) {
    counts.merge(entry.type(), 1L, Long::sum);
    if (first == null) {
      first = entry.time();
    }
    last = entry.time();
  }
}
