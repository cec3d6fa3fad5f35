package org.concordat.coordinator.audit;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.LogRolledBackException;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.TreeHash;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.store.Entries;

/**
 * The newest head of the audit log that the coordinator's store knows to be durable. A log that was
 * put back from an older copy does not extend it: going on would fork what members and auditors
 * have seen.
 */
final class SeenHead {

  private final Path directory;
  private final Entries entries;
  private long size;

  SeenHead(Path directory, Entries entries) {
    this.directory = directory;
    this.entries = entries;
    this.size =
        entries.get(Kinds.LOG_HEAD, "").map(head -> ByteBuffer.wrap(head).getLong()).orElse(0L);
  }

  /**
   * @throws LogRolledBackException if the log does not extend what was seen
   */
  void require(AuditLog log) {
    entries
        .get(Kinds.LOG_HEAD, "")
        .ifPresent(
            stored -> {
              ByteBuffer head = ByteBuffer.wrap(stored);
              long seen = head.getLong();
              byte[] root = new byte[TreeHash.BYTES];
              head.get(root);
              require(log, seen, TreeHash.of(root));
            });
  }

  private void require(AuditLog log, long seen, TreeHash root) {
    Checkpoint now = log.checkpoint();
    if (now.size() < seen) {
      throw new LogRolledBackException(directory, now.size(), seen, "is too short");
    }
    try {
      log.consistency(seen).verify(root, now.root());
    } catch (ProofRefusedException forked) {
      throw new LogRolledBackException(directory, now.size(), seen, "is another one");
    }
  }

  /** Remembers a head that is durable, if it is a newer one. Durable when it returns. */
  void remember(Checkpoint head) {
    if (head.size() > size) {
      byte[] root = head.root().bytes();
      entries.put(
          Kinds.LOG_HEAD,
          "",
          ByteBuffer.allocate(Long.BYTES + root.length).putLong(head.size()).put(root).array());
      size = head.size();
    }
  }
}
