package org.concordat.auditlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * The one writer of a log. Thread-safe; appends are serial.
 *
 * <p>An append writes tiles, then a record of its entries to the journal, syncs the journal, and
 * only then signs and writes the checkpoint. Tiles and checkpoint are synced when the journal is
 * full, and on closing. Killed at any point, or after a power cut that lost or tore any of the
 * files not synced, the log is at its last acknowledged append when it is opened again: the journal
 * is replayed, and what lay beyond it was never acknowledged, is dropped, and delivered again by
 * the caller's outbox. Opening reads the whole log and keeps in memory a hash of each entry's id,
 * about 30 bytes, and what queries look it up by, about 10 bytes.
 */
public final class AuditLog implements AutoCloseable {
  private static final int JOURNAL_BYTES = 16 << 20;

  private final LogFiles files;
  private final LogSigner signer;
  private final WriterLock lock;
  private final Path directory;
  private final Journal journal;
  private final IdIndex indexById;
  private final BundleIndex index = new BundleIndex();
  private final FullTiles fullTiles = new FullTiles();
  private final Queue<Appending> waiting = new ConcurrentLinkedQueue<>();
  private TreeEdge edge;
  private String signedCheckpoint;
  private Checkpoint checkpoint;
  private boolean broken;
  private boolean closed;

  private AuditLog(
      Path directory, LogFiles files, LogSigner signer, WriterLock lock, int journalBytes) {
    this.directory = directory;
    this.files = files;
    this.signer = signer;
    this.lock = lock;
    createIfNew(files, signer);
    AuditVerifier.requireKeyFile(files, signer.vkey());
    Recovery found = Recovery.of(files, signer.vkey(), signer.journalMac());
    this.checkpoint = found.head();
    LogScan scan = new LogScan(files, checkpoint, new Indexing(index));
    scan.run();
    LogScan.Leftovers leftovers = scan.leftovers();
    this.signedCheckpoint = settle(found, leftovers);
    this.edge = scan.edge();
    this.indexById = scan.indexById();
    this.journal = new Journal(files, signer.journalMac(), checkpoint, journalBytes);
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
    return open(directory, signer, (step, file) -> {}, JOURNAL_BYTES);
  }

  static AuditLog open(Path directory, LogSigner signer, LogFiles.Steps steps) {
    return open(directory, signer, steps, JOURNAL_BYTES);
  }

  static AuditLog open(Path directory, LogSigner signer, LogFiles.Steps steps, int journalBytes) {
    createDirectory(directory);
    WriterLock lock = WriterLock.take(directory);
    AuditLog log = null;
    try {
      log = new AuditLog(directory, new LogFiles(directory, steps), signer, lock, journalBytes);
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
   * @throws LogBrokenException if an earlier failure left in doubt what is on the disk: open the
   *     log again
   */
  public List<Long> append(List<AuditEntry> entries) {
    return submit(entries).durable();
  }

  /**
   * Queues entries behind those that were submitted before. Nothing is written until somebody waits
   * for it, or for another: all that is queued then shares a sync.
   *
   * @throws EntryTooLargeException if one has more than 65,535 bytes
   */
  public Appending submit(List<AuditEntry> entries) {
    Appending appending =
        new Appending(this, entries.stream().map(AppendPlan.Encoded::of).toList());
    waiting.add(appending);
    return appending;
  }

  /** Whoever comes first appends for all that wait; the others find theirs done. */
  synchronized void write(Appending wanted) {
    if (wanted.isDone()) {
      return;
    }
    List<Appending> batch = new ArrayList<>();
    for (Appending next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
    }
    boolean told = false;
    boolean interrupted =
        Thread.interrupted(); // a closed channel would refuse what others wait for
    try {
      requireUsable();
      AppendPlan plan = new AppendPlan(new TreeGrowth(files, edge), this::placed);
      List<Appending> placed = batch.stream().filter(each -> each.place(plan)).toList();
      if (!plan.isEmpty()) {
        commit(plan);
      }
      placed.forEach(Appending::done);
      told = true;
    } catch (RuntimeException refused) {
      batch.forEach(each -> each.refuse(refused));
      told = true;
    } finally {
      if (!told) { // an error, at whatever point
        broken = true;
        batch.forEach(each -> each.refuse(new LogBrokenException(directory)));
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
    return placed(id.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A proof that the entry at an index is under the newest checkpoint.
   *
   * @throws ProofRefusedException if there is no such entry
   */
  public synchronized TlogProof prove(long index) {
    return new TlogProof(index, inclusion(index, size()).hashes(), signedCheckpoint);
  }

  /**
   * A proof that the entry at an index is in the tree of a size, the present one or an earlier one.
   *
   * @throws ProofRefusedException if there is no such entry, or the log is smaller
   */
  public synchronized InclusionProof inclusion(long index, long size) {
    return proofs().inclusion(index, size);
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
    return proofs().consistency(oldSize, newSize);
  }

  private Proofs proofs() {
    return new Proofs(files, size(), fullTiles);
  }

  /**
   * The matching entries, in order of index, of the log as it is now; appends may go on meanwhile.
   */
  public Stream<LoggedEntry> query(AuditFilter filter) {
    Wanted wanted = new Wanted(filter);
    return AuditQuery.run(size(), filter, bundle -> bundle(bundle, wanted));
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

  /**
   * Releases the writer's lock. Nothing is pending: every append was durable. Where the disk
   * refuses, the journal stays, and the next writer replays it.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (journal.isStarted() && !broken) {
        files.sync();
        journal.remove();
        dropBase();
      }
    } catch (LogUnwritableException kept) {
      // the journal has it all
    } finally {
      journal.discard();
      lock.close();
    }
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

  private synchronized Optional<EntryBundle> bundle(long bundle, Wanted wanted) {
    return index.mayHold(bundle, wanted)
        ? Optional.of(new EntryFiles(files, size()).bundle(bundle))
        : Optional.empty();
  }

  /** The entry with an id: one that has its hash is read to see whether it has the id. */
  private OptionalLong placed(byte[] id) {
    EntryFiles entries = new EntryFiles(files, checkpoint.size());
    return indexById.find(indexById.hash(id, 0, id.length), index -> entries.hasId(index, id));
  }

  private long hash(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.US_ASCII);
    return indexById.hash(bytes, 0, bytes.length);
  }

  /** Takes what queries look entries up by. */
  private record Indexing(BundleIndex index) implements LogScan.Entries {
    @Override
    public void entry(EntryScan entry) {
      index.add(Terms.of(entry));
    }

    @Override
    public void entry(AuditEntry entry) {
      index.add(Terms.of(entry));
    }
  }

  private void commit(AppendPlan plan) {
    TreeGrowth growth = plan.growth();
    Checkpoint next = new Checkpoint(signer.name(), growth.size(), growth.edge().root());
    startJournal();
    Map<TilePath, byte[]> tiles = growth.tiles();
    boolean journalled = false;
    try {
      tiles.forEach((tile, bytes) -> files.write(tile.path(), bytes));
      journalled = true;
      journal.append(journal.record(checkpoint, next, growth.fresh()));
      // signed only now: a checkpoint that left this process must have its tree on the disk
      publish(next.signed(signer));
    } catch (LogUnwritableException refused) {
      rollBack(tiles.keySet(), journalled, refused);
      throw refused;
    }
    checkpoint = next;
    edge = growth.edge();
    plan.added().forEach((id, index) -> indexById.put(hash(id), index));
    plan.terms().forEach(index::add);
    growth.superseded().stream().filter(tile -> !isOfBase(tile)).forEach(this::drop);
  }

  /** Before the first record, and again when the journal is full, all files are made durable. */
  private void startJournal() {
    if (!journal.isStarted()) {
      files.syncAll();
      journal.start();
    } else if (journal.isFull()) {
      settle();
    }
  }

  private void settle() {
    broken = true; // a sync that failed may have dropped what it should have written
    files.sync();
    broken = false;
    dropBase();
    journal.rebase(checkpoint);
  }

  /** The tiles that the journal was begun on: a replay needs them until it is emptied. */
  private void dropBase() {
    Set<TilePath> base = new LinkedHashSet<>(TilePath.partials(journal.base()));
    base.removeAll(TilePath.partials(checkpoint.size()));
    base.forEach(this::drop);
  }

  private boolean isOfBase(TilePath tile) {
    return TilePath.partials(journal.base()).contains(tile);
  }

  private void publish(String note) {
    files.write(LogFiles.NEW_CHECKPOINT, note.getBytes(StandardCharsets.UTF_8));
    broken = true;
    files.publishCheckpoint();
    signedCheckpoint = note;
    broken = false;
  }

  private void rollBack(Set<TilePath> written, boolean journalled, LogUnwritableException refused) {
    if (broken) {
      return; // the new checkpoint may be on the disk, and needs its tiles
    }
    for (TilePath tile : written) {
      try {
        files.delete(tile.path());
      } catch (LogUnwritableException again) {
        refused.addSuppressed(
            again); // left over: overwritten by the next append, or dropped at the next start
      }
    }
    try {
      if (journalled) {
        journal.undo();
      }
    } catch (LogUnwritableException again) {
      refused.addSuppressed(again);
      broken = true; // the record may be whole, and the next writer replays it then
    }
  }

  private void drop(TilePath tile) {
    try {
      files.delete(tile.path());
    } catch (LogUnwritableException kept) {
      // harmless: a superseded partial tile is checked by verifiers and dropped at the next start
    }
  }

  /**
   * Looks, and writes nothing.
   *
   * @throws LogBrokenException if no append will do before it is opened again
   * @throws LogUnwritableException if its folder may not be written
   */
  public synchronized void requireWritable() {
    requireUsable();
    if (!Files.isWritable(directory)) {
      throw new LogUnwritableException(
          directory, "permission denied", new AccessDeniedException(directory.toString()));
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

  /** Makes durable what was found, and only then lets go of the journal. */
  private String settle(Recovery found, LogScan.Leftovers leftovers) {
    files.unpin();
    leftovers.unsigned().forEach(files::delete);
    if (!found.tiles().isEmpty()) {
      found.tiles().forEach((tile, bytes) -> files.write(tile.path(), bytes));
      String note = found.head().signed(signer);
      files.write(LogFiles.NEW_CHECKPOINT, note.getBytes(StandardCharsets.UTF_8));
      files.sync();
      files.publishCheckpoint();
    }
    files.sync();
    if (Files.exists(files.path(LogFiles.JOURNAL))) {
      files.delete(LogFiles.JOURNAL);
    }
    leftovers.superseded().forEach(files::delete); // not before: a replay begins with them
    return SignedHead.text(files);
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
    files.sync();
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
