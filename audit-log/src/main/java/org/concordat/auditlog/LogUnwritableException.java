package org.concordat.auditlog;

import java.nio.file.Path;

/**
 * The disk refused a write (full, read-only, failing). What was logged before stays as it was; the
 * refused entries are not in the log.
 */
public final class LogUnwritableException extends AuditLogException {
  private final transient Path file;
  private final String reason;

  LogUnwritableException(Path file, String reason, Throwable cause) {
    super(
        "the audit log cannot be written: "
            + file
            + ": "
            + reason
            + ". Free space or fix permissions, then append again",
        cause);
    this.file = file;
    this.reason = reason;
  }

  public Path file() {
    return file;
  }

  public String reason() {
    return reason;
  }
}
