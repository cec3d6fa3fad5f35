package org.concordat.auditlog;

/** A Merkle proof that does not lead to the expected root. */
public final class ProofRefusedException extends AuditLogException {
  ProofRefusedException(String kind, String reason) {
    super("the " + kind + " proof does not hold: " + reason);
  }
}
