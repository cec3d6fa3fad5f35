package org.concordat.auditlog;

/** Bytes or values that are not a well-formed entry. */
public final class MalformedEntryException extends AuditLogException {
  private final String reason;

  MalformedEntryException(String field, String reason) {
    super("audit entry: " + field + ": " + reason);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
