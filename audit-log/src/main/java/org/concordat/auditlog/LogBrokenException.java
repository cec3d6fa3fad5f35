package org.concordat.auditlog;

import java.nio.file.Path;

/**
 * An earlier write failed while the checkpoint was being replaced, or while files were being made
 * durable, so it is unknown what is on the disk. Opening the log again brings back all that was
 * acknowledged.
 */
public final class LogBrokenException extends AuditLogException {
  LogBrokenException(Path directory) {
    super(
        "the audit log in "
            + directory
            + " must be opened again: replacing its checkpoint or syncing its files failed half-way,"
            + " and signing on could fork it");
  }
}
