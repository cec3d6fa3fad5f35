package org.concordat.auditlog;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Searches a log folder, one entry bundle (at most 256 entries) in memory at a time. It checks the
 * checkpoint's signature but not the entries' hashes: {@link AuditVerifier#verify} does that.
 */
public final class AuditQuery {
  private AuditQuery() {}

  /**
   * The matching entries of a folder as it is now, in order of index.
   *
   * @throws LogDamagedException if the checkpoint is not by this key, or, while streaming, if a
   *     bundle is missing or malformed
   */
  public static Stream<LoggedEntry> run(Path directory, LogVerifierKey key, AuditFilter filter) {
    LogFiles files = new LogFiles(directory);
    long size = SignedHead.pin(files, key).size();
    return run(size, filter, bundle -> read(files, bundle, size));
  }

  /**
   * Proves, from a folder as it is now, that the entry at an index is under its checkpoint.
   *
   * @throws LogDamagedException if the checkpoint is not by this key, or a tile is missing
   * @throws ProofRefusedException if there is no such entry, or the tiles do not lead to the signed
   *     root
   */
  public static TlogProof prove(Path directory, LogVerifierKey key, long index) {
    LogFiles files = new LogFiles(directory);
    Checkpoint head = SignedHead.pin(files, key);
    Proofs proofs = new Proofs(files, head.size());
    InclusionProof proof = proofs.inclusion(index, head.size());
    proof.verify(proofs.range(index, index + 1), head.root());
    return new TlogProof(index, proof.hashes(), SignedHead.text(files));
  }

  /** Reads the bundles of a log. */
  interface Bundles {
    List<LoggedEntry> read(long bundle);
  }

  static Stream<LoggedEntry> run(long size, AuditFilter filter, Bundles bundles) {
    long count = (size + TilePath.FULL - 1) / TilePath.FULL;
    return LongStream.range(0, count)
        .boxed()
        .flatMap(bundle -> bundles.read(bundle).stream())
        .filter(logged -> logged.index() < size && filter.matches(logged.entry()))
        .limit(filter.limit());
  }

  static List<LoggedEntry> read(LogFiles files, long bundle, long size) {
    TilePath path =
        new TilePath(TilePath.ENTRIES, bundle, TilePath.width(TilePath.ENTRIES, bundle, size));
    long first = bundle * TilePath.FULL;
    try {
      List<byte[]> entries = Tiles.entries(files.require(path));
      return LongStream.range(0, entries.size())
          .mapToObj(i -> new LoggedEntry(first + i, AuditEntry.parse(entries.get((int) i))))
          .toList();
    } catch (MalformedEntryException malformed) {
      throw new LogDamagedException(
          files.path(path.path()), String.valueOf(malformed.getMessage()));
    }
  }
}
