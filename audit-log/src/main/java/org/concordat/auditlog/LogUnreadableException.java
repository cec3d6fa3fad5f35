package org.concordat.auditlog;

import java.nio.file.Path;

/** The disk refused a read. */
public final class LogUnreadableException extends AuditLogException {
  private final transient Path file;
  private final String reason;

  LogUnreadableException(Path file, String reason, Throwable cause) {
    super("the audit log cannot be read: " + file + ": " + reason, cause);
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
