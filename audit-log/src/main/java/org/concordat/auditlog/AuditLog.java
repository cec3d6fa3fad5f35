package org.concordat.auditlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one writer of a log. Thread-safe; appends are serial.
 *
 * <p>Each append writes entry bundles, then hash tiles, then the checkpoint, each synced before the
 * next; the new checkpoint replaces the old one atomically. Killed at any point, the log is at its
 * last checkpoint when it is opened again: what lay beyond it was never acknowledged and is
 * dropped, and the caller's outbox delivers it again. Opening reads the whole log (some 100,000
 * entries a second) and keeps the ids of all entries in memory, about 200 bytes each.
 */
public final class AuditLog implements AutoCloseable {
  private final LogFiles files;
  private final LogSigner signer;
  private final WriterLock lock;
  private final Path directory;
  private final Map<String, Long> indexById;
  private TreeEdge edge;
  private String signedCheckpoint;
  private Checkpoint checkpoint;
  private boolean broken;
  private boolean closed;

  private AuditLog(Path directory, LogFiles files, LogSigner signer, WriterLock lock) {
    this.directory = directory;
    this.files = files;
    this.signer = signer;
    this.lock = lock;
    createIfNew(files, signer);
    this.checkpoint = SignedHead.open(files, signer.vkey());
    this.signedCheckpoint = SignedHead.text(files);
    AuditVerifier.requireKeyFile(files, signer.vkey());
    LogScan scan = new LogScan(files, checkpoint, (index, entry) -> {});
    scan.run();
    LogScan.Leftovers leftovers = scan.leftovers();
    leftovers.superseded().forEach(files::delete);
    leftovers.unsigned().forEach(files::delete);
    this.edge = scan.edge();
    this.indexById = new HashMap<>(scan.indexById());
  }

  /**
   * Opens a log, or creates an empty one (directory mode 0700, a signed checkpoint of size 0) where
   * there is none.
   *
   * @throws LogLockedException if another writer has it open
   * @throws LogDamagedException if its files are not what this key signed; nothing is changed then
   * @throws LogUnwritableException if the disk refuses
   */
  public static AuditLog open(Path directory, LogSigner signer) {
    return open(directory, signer, (step, file) -> {});
  }

  static AuditLog open(Path directory, LogSigner signer, LogFiles.Steps steps) {
    createDirectory(directory);
    WriterLock lock = WriterLock.take(directory);
    AuditLog log = null;
    try {
      log = new AuditLog(directory, new LogFiles(directory, steps), signer, lock);
      return log;
    } finally {
      if (log == null) {
        lock.close();
      }
    }
  }

  /**
   * Appends entries in order. All of them are durable, hashed and under a signed checkpoint when
   * this returns; on any exception none is. An entry that is in the log already, byte for byte,
   * keeps its index and is not written again.
   *
   * @return the index of each entry
   * @throws EntryTooLargeException if one has more than 65,535 bytes
   * @throws EntryConflictException if an id is in the log, or earlier in the list, with other
   *     content
   * @throws LogUnwritableException if the disk refuses; the log stays at its last checkpoint and
   *     may be tried again
   * @throws LogBrokenException if an earlier failure left the checkpoint in doubt: open the log
   *     again
   */
  public synchronized List<Long> append(List<AuditEntry> entries) {
    requireUsable();
    AppendPlan plan = new AppendPlan(files, edge, indexById, entries);
    if (!plan.isEmpty()) {
      commit(plan);
    }
    return plan.indexes();
  }

  /** Number of entries under the signed checkpoint. */
  public synchronized long size() {
    return checkpoint.size();
  }

  /** The newest tree head. */
  public synchronized Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The newest tree head as the signed note on the disk. */
  public synchronized String signedCheckpoint() {
    return signedCheckpoint;
  }

  /** The public key. */
  public LogVerifierKey vkey() {
    return signer.vkey();
  }

  /** The index of an entry by its id, if it is in the log. */
  public synchronized OptionalLong find(String id) {
    Long index = indexById.get(id);
    return index == null ? OptionalLong.empty() : OptionalLong.of(index);
  }

  /**
   * A proof that the entry at an index is under the newest checkpoint.
   *
   * @throws ProofRefusedException if there is no such entry
   */
  public synchronized TlogProof prove(long index) {
    InclusionProof proof = new Proofs(files, size()).inclusion(index, size());
    return new TlogProof(index, proof.hashes(), signedCheckpoint);
  }

  /**
   * A proof that the newest tree extends the one of an earlier size.
   *
   * @throws ProofRefusedException if the log is smaller than that
   */
  public ConsistencyProof consistency(long oldSize) {
    return consistency(oldSize, size());
  }

  /**
   * A proof that the tree of one size extends that of an earlier size.
   *
   * @throws ProofRefusedException if the log is smaller, or the earlier size is the larger
   */
  public synchronized ConsistencyProof consistency(long oldSize, long newSize) {
    return new Proofs(files, size()).consistency(oldSize, newSize);
  }

  /**
   * The matching entries, in order of index, of the log as it is now; appends may go on meanwhile.
   */
  public Stream<LoggedEntry> query(AuditFilter filter) {
    return AuditQuery.run(size(), filter, this::bundle);
  }

  /**
   * Copies the log as it is now into a directory that must not exist yet; appends wait meanwhile.
   *
   * @throws LogUnwritableException if the target exists or the disk refuses
   */
  public synchronized void copyTo(Path target) {
    try {
      Files.createDirectory(target);
      for (String name : files.list()) {
        if (isSigned(name)) {
          Files.createDirectories(target.resolve(name).getParent());
          Files.copy(directory.resolve(name), target.resolve(name));
        }
      }
    } catch (IOException failure) {
      throw new LogUnwritableException(target, LogFiles.describe(failure), failure);
    }
  }

  /** Releases the writer's lock. Nothing is pending: every append was durable. */
  @Override
  public synchronized void close() {
    closed = true;
    lock.close();
  }

  private boolean isSigned(String name) {
    // .lock is left out: opening and closing it here would drop the writer's lock
    return name.equals(LogFiles.CHECKPOINT)
        || name.equals(LogFiles.VKEY)
        || name.equals(WitnessedHead.FILE)
        || TilePath.parse(name)
            .filter(tile -> tile.width() == TilePath.width(tile.level(), tile.index(), size()))
            .isPresent();
  }

  private synchronized List<LoggedEntry> bundle(long bundle) {
    return AuditQuery.read(files, bundle, size());
  }

  private void commit(AppendPlan plan) {
    Checkpoint next = plan.checkpoint(signer.name());
    try {
      plan.write();
      files.sync();
      // signed only now: a checkpoint that left this folder must have its tree on the disk
      String note = next.signed(signer);
      files.write(LogFiles.NEW_CHECKPOINT, note.getBytes(StandardCharsets.UTF_8));
      files.sync();
      publish(note);
    } catch (LogUnwritableException refused) {
      rollBack(plan, refused);
      throw refused;
    }
    checkpoint = next;
    edge = plan.edge();
    indexById.putAll(plan.added());
    deleteSuperseded(plan.superseded());
  }

  private void publish(String note) {
    broken = true;
    files.publishCheckpoint();
    signedCheckpoint = note;
    broken = false;
  }

  private void rollBack(AppendPlan plan, LogUnwritableException refused) {
    if (broken) {
      return; // the new checkpoint may be on the disk, and needs its tiles
    }
    Set<String> written = plan.written();
    for (String name : written) {
      try {
        files.delete(name);
      } catch (LogUnwritableException again) {
        refused.addSuppressed(
            again); // left over: overwritten by the next append, or dropped at the next start
      }
    }
  }

  private void deleteSuperseded(Set<TilePath> tiles) {
    for (TilePath tile : tiles) {
      try {
        files.delete(tile.path());
      } catch (LogUnwritableException kept) {
        return; // harmless: a superseded partial tile is checked by verifiers and dropped at the
        // next start
      }
    }
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException("the audit log is closed");
    }
    if (broken) {
      throw new LogBrokenException(directory);
    }
  }

  private static void createIfNew(LogFiles files, LogSigner signer) {
    if (files.read(LogFiles.CHECKPOINT, Checkpoint.MAX_BYTES).isPresent()) {
      return;
    }
    if (Files.exists(files.path("tile"))) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT), "is missing although there are tiles");
    }
    files.write(LogFiles.VKEY, AuditVerifier.keyFile(signer.vkey()));
    String note = new Checkpoint(signer.name(), 0, Rfc6962.EMPTY_ROOT).signed(signer);
    files.write(LogFiles.NEW_CHECKPOINT, note.getBytes(StandardCharsets.UTF_8));
    files.sync();
    files.publishCheckpoint();
  }

  private static void createDirectory(Path directory) {
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      LogFiles.sync(directory.getParent());
    } catch (FileAlreadyExistsException file) {
      throw new LogUnwritableException(directory, "is not a directory", file);
    } catch (IOException failure) {
      throw new LogUnwritableException(directory, LogFiles.describe(failure), failure);
    }
  }
}
