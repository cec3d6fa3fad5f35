package org.concordat.agent.approval;

/** An answer that does not count; the request stays open. */
public final class BadApprovalException extends Exception {
  /** Why. */
  public enum Reason {
    /** Not a signed envelope of a participant of the roster in force, or not an approval. */
    NOT_AN_APPROVAL,
    /** The signer has not the role approver. */
    NOT_AN_APPROVER,
    /** The signer is not among this site's approvers. */
    NOT_NAMED,
    /** Meant for another site. */
    OTHER_SITE,
    /** For another request than the one it was put to, or for none that is open. */
    REPLAYED,
    /** The job is not the one that was shown. */
    JOB_CHANGED,
    /** The data is not what was shown. */
    DATA_CHANGED
  }

  private final Reason reason;

  BadApprovalException(Reason reason, String what) {
    super(reason + ": " + what);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
