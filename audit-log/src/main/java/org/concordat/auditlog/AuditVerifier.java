package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a copied log folder whole, offline: inclusion proofs prove no completeness, a scan does.
 * A folder that is being written to may be caught between two steps; then it is read again, up to
 * ten times. Verify a copy ({@link AuditLog#copyTo}) of a busy log.
 */
public final class AuditVerifier {
  private static final int ATTEMPTS = 10;
  private static final int PAUSES = 10;
  private static final long PAUSE_NANOS = 20_000_000;

  private final EnumMap<EntryType, Long> counts = new EnumMap<>(EntryType.class);
  private String note = "";
  private boolean unsignedFound;
  private @Nullable Instant first;
  private @Nullable Instant last;

  private AuditVerifier() {}

  /**
   * Checks the checkpoint's signature, each byte of each tile and entry, that entries are canonical
   * and their ids unique, {@code log.vkey}, and that nothing is missing or extra.
   *
   * @param expected the log's key as the caller knows it, never as the folder says
   * @throws LogDamagedException naming the file and what is wrong with it
   * @throws LogUnreadableException if the disk refuses
   */
  public static Verification verify(Path directory, LogVerifierKey expected) {
    for (int attempt = 1; ; attempt++) {
      AuditVerifier verifier = new AuditVerifier();
      try {
        return verifier.run(directory, expected);
      } catch (LogDamagedException damage) {
        if (attempt == ATTEMPTS || !verifier.hasMovedOn(directory)) {
          throw damage;
        }
      }
    }
  }

  /**
   * Whether a writer published another checkpoint meanwhile: what was found may then be its work.
   */
  private boolean hasMovedOn(Path directory) {
    LogFiles files = new LogFiles(directory);
    for (int pause = 0; pause < (unsignedFound ? PAUSES : 1); pause++) {
      if (!note.isEmpty() && !note.equals(checkpointNote(files))) {
        return true;
      }
      LockSupport.parkNanos(unsignedFound ? PAUSE_NANOS : 0);
    }
    return false;
  }

  private Verification run(Path directory, LogVerifierKey expected) {
    if (!Files.isDirectory(directory)) {
      throw new LogDamagedException(directory, "is not a directory");
    }
    LogFiles files = new LogFiles(directory);
    requireKeyFile(files, expected);
    note = checkpointNote(files);
    Checkpoint checkpoint = readCheckpoint(files, expected);
    LogScan scan = new LogScan(files, checkpoint, (index, entry) -> count(entry));
    scan.run();
    requireEmptyLock(files);
    scan.leftovers().unsigned().stream()
        .findFirst()
        .ifPresent(
            file -> {
              unsignedFound = true;
              throw new LogDamagedException(
                  files.path(file),
                  "is beyond the signed size "
                      + checkpoint.size()
                      + ": the writer was stopped half-way or is writing; open the log in its coordinator once, then copy it");
            });
    return new Verification(
        checkpoint, counts, Optional.ofNullable(first), Optional.ofNullable(last));
  }

  /** The signed head of a folder; any refusal names the checkpoint file. */
  static Checkpoint readCheckpoint(LogFiles files, LogVerifierKey key) {
    byte[] note =
        files
            .read(LogFiles.CHECKPOINT, Checkpoint.MAX_BYTES)
            .orElseThrow(
                () -> new LogDamagedException(files.path(LogFiles.CHECKPOINT), "is missing"));
    try {
      return Checkpoint.open(note, key);
    } catch (MalformedNoteException | SignatureRefusedException refused) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT), String.valueOf(refused.getMessage()));
    }
  }

  /** The signed head as it stands in the folder, after {@link #readCheckpoint} accepted it. */
  static String checkpointNote(LogFiles files) {
    byte[] note = files.read(LogFiles.CHECKPOINT, Checkpoint.MAX_BYTES).orElse(new byte[0]);
    return new String(note, StandardCharsets.UTF_8);
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

  private void count(AuditEntry entry) {
    counts.merge(entry.type(), 1L, Long::sum);
    if (first == null) {
      first = entry.time();
    }
    last = entry.time();
  }
}
