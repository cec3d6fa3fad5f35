package org.concordat.auditlog;

import java.nio.file.Path;

/** The log has a writer already. */
public final class LogLockedException extends AuditLogException {
  LogLockedException(Path directory) {
    super(
        "the audit log in "
            + directory
            + " is open in another writer: stop it first, a log has one writer");
  }
}
