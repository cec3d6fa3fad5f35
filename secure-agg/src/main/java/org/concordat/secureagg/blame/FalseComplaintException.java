package org.concordat.secureagg.blame;

/** Evidence that does not hang together: no honest complainer sends it. */
final class FalseComplaintException extends Exception {
  private static final long serialVersionUID = 1L;

  FalseComplaintException(String message) {
    super(message);
  }
}
