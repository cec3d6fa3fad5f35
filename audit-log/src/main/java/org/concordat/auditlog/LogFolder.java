package org.concordat.auditlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A log's folder, read at the head that it had when it was opened; a writer may go on meanwhile.
 * What is given out of it is proved: it leads to the root that the log's key signed. {@link
 * AuditVerifier#verify} reads everything.
 */
public final class LogFolder {
  private final LogFiles files;
  private final LogVerifierKey key;
  private final Checkpoint head;
  private final Optional<byte[]> witnessed;
  private final SignedBundles bundles;

  private LogFolder(
      LogFiles files, LogVerifierKey key, Checkpoint head, Optional<byte[]> witnessed) {
    this.files = files;
    this.key = key;
    this.head = head;
    this.witnessed = witnessed;
    this.bundles = new SignedBundles(files, head);
  }

  /**
   * Reads the folder's signed head.
   *
   * @param key the log's key as the caller knows it, never as the folder says
   * @throws LogMissingException if there is no such folder
   * @throws LogDamagedException if the head is not by this key, or its tiles are missing
   */
  public static LogFolder open(Path directory, LogVerifierKey key) {
    LogMissingException.requireFolder(directory);
    LogFiles files = new LogFiles(directory);
    // before the head, which a writer moves on: witnesses have never seen a larger one than that
    Optional<byte[]> witnessed = files.read(WitnessedHead.FILE, WitnessedHead.MAX_BYTES);
    return new LogFolder(files, key, SignedHead.pin(files, key), witnessed);
  }

  /** The signed head at which the folder is read. */
  public Checkpoint head() {
    return head;
  }

  /**
   * The entry at an index.
   *
   * @throws ProofRefusedException if the head does not cover it
   * @throws LogDamagedException if it does not lead to the signed root
   */
  public AuditEntry entry(long index) {
    new InclusionProof(index, head.size(), List.of()); // has the bounds
    return bundle(index / TilePath.FULL).parse((int) (index % TilePath.FULL), index);
  }

  /**
   * The entries from an index on, in order; none where the head does not cover it.
   *
   * @param limit how many at most, 1 or more
   * @throws LogDamagedException if one does not lead to the signed root
   */
  public List<LoggedEntry> entries(long from, int limit) {
    AuditFilter all = AuditFilter.ALL.from(from).limit(limit);
    return AuditQuery.run(head.size(), all, bundle -> Optional.of(bundle(bundle))).toList();
  }

  /**
   * The index of the entry with an id: the log is read from its beginning until it is found.
   *
   * @throws LogDamagedException if what was read does not lead to the signed root
   */
  public OptionalLong find(String id) {
    byte[] wanted = id.getBytes(StandardCharsets.UTF_8);
    EntryScan scan = new EntryScan();
    for (long first = 0; first < head.size(); first += TilePath.FULL) {
      EntryBundle bundle = bundle(first / TilePath.FULL);
      for (int i = 0; i < bundle.size(); i++) {
        if (bundle.hasId(i, first + i, wanted, scan)) {
          return OptionalLong.of(first + i);
        }
      }
    }
    return OptionalLong.empty();
  }

  /**
   * A proof that the entry at an index is in the log: under the head that witnesses cosigned where
   * that covers it, with their lines, and else under the folder's own head.
   *
   * @throws ProofRefusedException if no head covers it, or the tiles do not lead to its root
   * @throws LogDamagedException if witnesses saw another log than this one, or a tile is missing
   */
  public TlogProof prove(long index) {
    if (witnessed.isPresent()) {
      byte[] note = witnessed.get();
      Checkpoint seen = WitnessedHead.of(files, note, head, key, List.of()).checkpoint();
      if (index < seen.size()) {
        return prove(index, seen, new String(note, StandardCharsets.UTF_8));
      }
    }
    return prove(index, head, SignedHead.text(files));
  }

  /**
   * Proofs of several entries, in their order, all under one head: that of {@link #prove} where it
   * covers all of them, and else the folder's own.
   *
   * @throws ProofRefusedException as {@link #prove}
   * @throws LogDamagedException as {@link #prove}
   */
  public List<TlogProof> proveAll(List<Long> indexes) {
    if (indexes.isEmpty()) {
      return List.of();
    }
    TlogProof last = prove(Collections.max(indexes));
    Checkpoint under =
        last.checkpoint().equals(SignedHead.text(files))
            ? head
            : WitnessedHead.of(
                    files, last.checkpoint().getBytes(StandardCharsets.UTF_8), head, key, List.of())
                .checkpoint();
    return indexes.stream().map(index -> prove(index, under, last.checkpoint())).toList();
  }

  private TlogProof prove(long index, Checkpoint under, String note) {
    Proofs proofs = new Proofs(files, head.size());
    InclusionProof proof = proofs.inclusion(index, under.size());
    proof.verify(proofs.range(index, index + 1), under.root());
    return new TlogProof(index, proof.hashes(), note);
  }

  /**
   * Copies what the head covers, and the head that witnesses cosigned, into a directory that must
   * not exist yet. What is copied is not verified: {@link AuditVerifier#verify} does.
   *
   * @throws LogUnwritableException if the target exists or the disk refuses
   * @throws LogDamagedException if a file is missing
   */
  public void copyTo(Path target) {
    try {
      Files.createDirectory(target);
      put(target, LogFiles.CHECKPOINT, SignedHead.text(files).getBytes(StandardCharsets.UTF_8));
      put(target, LogFiles.VKEY, AuditVerifier.keyFile(key));
      if (witnessed.isPresent()) {
        put(target, WitnessedHead.FILE, witnessed.get());
      }
      for (int level = TilePath.ENTRIES; level <= TilePath.MAX_LEVEL; level++) {
        for (long tile = 0; TilePath.width(level, tile, head.size()) > 0; tile++) {
          TilePath path = new TilePath(level, tile, TilePath.width(level, tile, head.size()));
          put(target, path.path(), files.require(path));
        }
      }
    } catch (IOException failure) {
      throw new LogUnwritableException(target, LogFiles.describe(failure), failure);
    }
  }

  private static void put(Path target, String name, byte[] bytes) throws IOException {
    Path file = target.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent(), "it lies in the target"));
    Files.write(file, bytes);
  }

  /** The entries of a bundle that the head covers, proved. */
  EntryBundle bundle(long bundle) {
    return bundles.require(bundle);
  }
}
