package org.concordat.certs;

/** An invitation that does not hold (forged, expired, or for another). */
public final class InvalidInvitationException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  InvalidInvitationException(String problem) {
    super("invitation refused: " + problem);
    this.problem = problem;
  }

  public String problem() {
    return problem;
  }
}
