package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Verifies a copied log folder whole, offline: inclusion proofs prove no completeness, a scan does.
 * Beside a writer, what the checkpoint covered when it was read is verified; a copy ({@link
 * AuditLog#copyTo}) is also checked to hold nothing else.
 */
public final class AuditVerifier {
  private static final int PAUSES = 10;
  private static final long PAUSE_NANOS = 20_000_000;

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
    return run(directory, expected);
  }

  private static Verification run(Path directory, LogVerifierKey expected) {
    LogMissingException.requireFolder(directory);
    LogFiles files = new LogFiles(directory);
    requireKeyFile(files, expected);
    Checkpoint checkpoint = SignedHead.pin(files, expected);
    Count count = new Count();
    LogScan scan = new LogScan(files, checkpoint, count);
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
    return count.of(checkpoint, SignedHead.text(files));
  }

  /** Everything that a head covers, and nothing else: what else is there is not looked for. */
  static Verification scan(LogFiles files, Checkpoint checkpoint) {
    Count count = new Count();
    new LogScan(files, checkpoint, count).run();
    return count.of(checkpoint, SignedHead.text(files));
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

  /**
   * Whether a folder that was verified extends what was seen of it before.
   *
   * @throws LogDamagedException if it is smaller than the earlier head, or no extension of it
   */
  public static void requireExtends(
      Path directory, LogVerifierKey key, Checkpoint before, Verification verified) {
    LogFiles files = new LogFiles(directory);
    Checkpoint now = SignedHead.pin(files, key);
    ExtendedLog.require(files, now.size(), verified.checkpoint(), now); // a writer goes on
    ExtendedLog.require(files, now.size(), before, verified.checkpoint());
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

  /** What a verification tells of the entries. */
  private static final class Count implements LogScan.Entries {
    private final long[] counts = new long[EntryType.values().length];
    private long entries;
    private long first;
    private long last;

    @Override
    public void entry(EntryScan entry) {
      count(entry.type(), entry.millis());
    }

    @Override
    public void entry(AuditEntry entry) {
      count(entry.type(), entry.time().toEpochMilli());
    }

    private void count(EntryType type, long millis) {
      counts[type.ordinal()]++;
      if (entries++ == 0) {
        first = millis;
      }
      last = millis;
    }

    private Verification of(Checkpoint checkpoint, String note) {
      return new Verification(checkpoint, note, byType(), time(first), time(last));
    }

    private Map<EntryType, Long> byType() {
      Map<EntryType, Long> some = new EnumMap<>(EntryType.class);
      for (EntryType type : EntryType.values()) {
        if (counts[type.ordinal()] > 0) {
          some.put(type, counts[type.ordinal()]);
        }
      }
      return some;
    }

    private Optional<Instant> time(long millis) {
      return entries == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
  }
}
