package org.concordat.certs;

/** What was sealed to a key does not open with this one. */
public final class SealRefusedException extends CertsException {
  private static final long serialVersionUID = 1L;

  SealRefusedException(String problem) {
    super(problem);
  }
}
