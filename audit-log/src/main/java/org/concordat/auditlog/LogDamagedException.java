package org.concordat.auditlog;

import java.nio.file.Path;

/** A log whose files are not what its key signed. Nothing was changed. */
public final class LogDamagedException extends AuditLogException {
  private final transient Path file;
  private final String reason;

  LogDamagedException(Path file, String reason) {
    super("audit log damaged: " + file + ": " + reason);
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
