package org.concordat.secureagg;

/** Parameters under which no round could ever end; the message names parameters that could. */
public final class InfeasibleCohortException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InfeasibleCohortException(String message) {
    super(message);
  }
}
