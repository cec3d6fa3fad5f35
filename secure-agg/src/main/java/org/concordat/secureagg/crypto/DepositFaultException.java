package org.concordat.secureagg.crypto;

import org.concordat.secureagg.message.Complaint.Grievance;

/** A deposit's section that does not fit what its dealer and its recipient agreed; no secrets. */
public final class DepositFaultException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Grievance grievance;

  public DepositFaultException(Grievance grievance, String message) {
    super(message);
    this.grievance = grievance;
  }

  public Grievance grievance() {
    return grievance;
  }
}
