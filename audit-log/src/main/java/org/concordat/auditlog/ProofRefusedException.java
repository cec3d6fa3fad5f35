package org.concordat.auditlog;

/** A Merkle proof that does not lead to the expected root. */
public final class ProofRefusedException extends AuditLogException {
  private final String kind;
  private final String reason;

  ProofRefusedException(String kind, String reason) {
    super("the " + kind + " proof does not hold: " + reason);
    this.kind = kind;
    this.reason = reason;
  }

  public String kind() {
    return kind;
  }

  public String reason() {
    return reason;
  }
}
