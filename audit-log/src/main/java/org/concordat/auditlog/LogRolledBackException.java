package org.concordat.auditlog;

import java.nio.file.Path;

/**
 * A log that is not an extension of one that its writer knows to have been durable: an older copy
 * was put back, or it was rewritten. Going on would fork it.
 */
public final class LogRolledBackException extends AuditLogException {
  /**
   * @param found entries that it has
   * @param seen entries that were durable
   * @param why in words
   */
  public LogRolledBackException(Path directory, long found, long seen, String why) {
    super(
        "the audit log in "
            + directory
            + " has "
            + found
            + " entries and "
            + why
            + ": the coordinator's store has seen "
            + seen
            + " durable entries of it. An older copy was put back, or it was rewritten; going on"
            + " would fork what members and auditors hold. Next: put the newest copy back, a"
            + " member's or an auditor's will do; if there is none, keep this one for the auditors"
            + " and found the alliance anew, with a new log key");
  }
}
