package org.concordat.auditlog;

import java.nio.file.Path;

/**
 * The disk refused a write (full, read-only, failing). What was logged before stays as it was; the
 * refused entries are not in the log.
 */
public final class LogUnwritableException extends AuditLogException {
  LogUnwritableException(Path file, String reason, Throwable cause) {
    super(
        "the audit log cannot be written: "
            + file
            + ": "
            + reason
            + ". Free space or fix permissions, then append again",
        cause);
  }
}
