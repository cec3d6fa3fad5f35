package org.concordat.auditlog;

/** Whether a log is an extension of what was seen of it before. */
final class ExtendedLog {
  private ExtendedLog() {}

  /**
   * @param size of the tree that the files hold, at least the head's
   * @throws LogDamagedException if the head is smaller than the earlier one, or no extension of it
   */
  static void require(LogFiles files, long size, Checkpoint before, Checkpoint head) {
    if (head.size() < before.size()) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT),
          "has "
              + head.size()
              + " entries, before it had "
              + before.size()
              + ": it is an older copy, or was cut; keep it, and ask for the newest");
    }
    if (!new Proofs(files, size).range(0, before.size()).equals(before.root())) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT),
          "does not extend the "
              + before.size()
              + " entries that were seen before: the log was forked; keep both heads and show them"
              + " to the members");
    }
  }
}
