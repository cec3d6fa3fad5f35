package org.concordat.auditlog;

/** A note without a valid signature of the expected key. */
public final class SignatureRefusedException extends AuditLogException {
  SignatureRefusedException(String keyName, String reason) {
    super("no valid signature of " + keyName + ": " + reason);
  }
}
