package org.concordat.auditlog;

import java.nio.file.Path;

/** A private key file that is missing, readable by others or malformed. */
public final class KeyFileException extends AuditLogException {
  private final transient Path file;
  private final String reason;

  KeyFileException(Path file, String reason) {
    super("log key " + file + ": " + reason);
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
