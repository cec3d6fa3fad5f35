package org.concordat.auditlog;

import java.nio.file.Path;

/**
 * An earlier write failed while the checkpoint was being replaced, so it is unknown which one is on
 * the disk.
 */
public final class LogBrokenException extends AuditLogException {
  LogBrokenException(Path directory) {
    super(
        "the audit log in "
            + directory
            + " must be opened again: replacing its checkpoint failed half-way, and signing on could fork it");
  }
}
