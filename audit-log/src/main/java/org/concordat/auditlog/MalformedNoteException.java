package org.concordat.auditlog;

/** Text that is not a signed note, checkpoint, key or proof of the form that this module writes. */
public final class MalformedNoteException extends AuditLogException {
  private final String what;
  private final String reason;

  MalformedNoteException(String what, String reason) {
    super("malformed " + what + ": " + reason);
    this.what = what;
    this.reason = reason;
  }

  public String what() {
    return what;
  }

  public String reason() {
    return reason;
  }
}
