package org.concordat.auditlog;

import java.nio.file.Path;

/** A private key file that is missing, readable by others or malformed. */
public final class KeyFileException extends AuditLogException {
  KeyFileException(Path file, String reason) {
    super("log key " + file + ": " + reason);
  }
}
