package org.concordat.auditlog;

import java.nio.file.Path;

/** The disk refused a read. */
public final class LogUnreadableException extends AuditLogException {
  LogUnreadableException(Path file, String reason, Throwable cause) {
    super("the audit log cannot be read: " + file + ": " + reason, cause);
  }
}
