package org.concordat.auditlog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * A log as its last writer left it: what is durable, and what the journal leads on to. The
 * journal's tiles are pinned for reading, so that all is checked before anything is written.
 *
 * @param head the newest tree that was acknowledged
 * @param tiles of the journal, to be written again: on the disk they may be lost or torn
 */
record Recovery(Checkpoint head, Map<TilePath, byte[]> tiles) {

  /**
   * @throws LogDamagedException if the checkpoint is not this key's, or journal and checkpoint do
   *     not belong together, or a record was damaged that was durable once
   */
  static Recovery of(LogFiles files, LogVerifierKey key, Mac mac) {
    Optional<byte[]> found = files.read(LogFiles.JOURNAL, Integer.MAX_VALUE - 8);
    if (found.isEmpty()) {
      return settled(SignedHead.open(files, key));
    }
    JournalChain chain = JournalChain.read(found.get(), mac);
    Optional<Checkpoint> written = written(files, key);
    if (chain.follows() && chain.reach() > written.map(Checkpoint::size).orElse(0L)) {
      throw damaged(files, "a record before the last one is not whole");
    }
    Optional<Growth> grown = chain.records().isEmpty() ? Optional.empty() : grow(files, chain);
    if (grown.isEmpty()) {
      Checkpoint head = SignedHead.open(files, key);
      if (chain.reach() > head.size()) {
        throw damaged(
            files, "leads to " + chain.reach() + " entries, and their beginning is not there");
      }
      return settled(head);
    }
    return replay(files, key.name(), written, chain, grown.get());
  }

  /** All of it is durable by itself. */
  private static Recovery settled(Checkpoint head) {
    return new Recovery(head, Map.of());
  }

  /** The tree at the journal's end, and the roots on the way. */
  private record Growth(TreeGrowth tree, Map<Long, TreeHash> roots) {}

  private static Optional<Growth> grow(LogFiles files, JournalChain chain) {
    JournalRecord begin = chain.records().get(0);
    Optional<TreeEdge> base = TreeEdge.read(files, begin.base());
    if (base.isEmpty()
        || !base.get().root().equals(begin.baseRoot())
        || !TilePath.partials(begin.base()).stream()
            .allMatch(tile -> files.read(tile).isPresent())) {
      return Optional.empty();
    }
    TreeGrowth tree = new TreeGrowth(files, base.get());
    Map<Long, TreeHash> roots = new LinkedHashMap<>();
    roots.put(begin.base(), begin.baseRoot());
    for (JournalRecord record : chain.records()) {
      record.entries().forEach(tree::add);
      if (!tree.edge().root().equals(record.root())) {
        throw damaged(files, "the entries up to " + record.end() + " hash to another root");
      }
      roots.put(record.end(), record.root());
    }
    return Optional.of(new Growth(tree, roots));
  }

  private static Recovery replay(
      LogFiles files,
      String origin,
      Optional<Checkpoint> written,
      JournalChain chain,
      Growth grown) {
    if (written.isPresent() && written.get().size() > chain.end()) {
      return settled(written.get()); // of an earlier, emptied journal: the scan reads all of it
    }
    written
        .filter(head -> !Objects.equals(head.root(), grown.roots().get(head.size())))
        .ifPresent(
            head -> {
              throw damaged(
                  files, "does not lead over the checkpoint of " + head.size() + " entries");
            });
    Map<TilePath, byte[]> tiles = grown.tree().tiles();
    tiles.forEach((tile, bytes) -> files.pin(tile.path(), bytes));
    Checkpoint head = new Checkpoint(origin, chain.end(), grown.tree().edge().root());
    return new Recovery(head, tiles);
  }

  /** The checkpoint on the disk; empty where a power cut tore it. */
  private static Optional<Checkpoint> written(LogFiles files, LogVerifierKey key) {
    try {
      return Optional.of(SignedHead.open(files, key));
    } catch (LogDamagedException torn) {
      return Optional.empty();
    }
  }

  private static LogDamagedException damaged(LogFiles files, String reason) {
    return new LogDamagedException(files.path(LogFiles.JOURNAL), reason);
  }
}
