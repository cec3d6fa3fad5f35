package org.concordat.auditlog;

/** Text that is not a signed note, checkpoint, key or proof of the form that this module writes. */
public final class MalformedNoteException extends AuditLogException {
  MalformedNoteException(String what, String reason) {
    super("malformed " + what + ": " + reason);
  }
}
