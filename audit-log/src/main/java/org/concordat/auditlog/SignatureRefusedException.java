package org.concordat.auditlog;

/** A note without a valid signature of the expected key. */
public final class SignatureRefusedException extends AuditLogException {
  private final String keyName;
  private final String reason;

  SignatureRefusedException(String keyName, String reason) {
    super("no valid signature of " + keyName + ": " + reason);
    this.keyName = keyName;
    this.reason = reason;
  }

  public String keyName() {
    return keyName;
  }

  public String reason() {
    return reason;
  }
}
