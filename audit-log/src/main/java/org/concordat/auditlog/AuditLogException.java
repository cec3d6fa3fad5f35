package org.concordat.auditlog;

/** Anything that an audit log refuses. Each failure has a subtype of its own, with its values. */
public abstract class AuditLogException extends RuntimeException {
  AuditLogException(String message) {
    super(message);
  }

  AuditLogException(String message, Throwable cause) {
    super(message, cause);
  }
}
