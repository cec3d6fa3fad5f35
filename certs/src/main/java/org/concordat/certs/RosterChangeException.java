package org.concordat.certs;

/** A roster that may not follow, or a change that the present roster does not allow. */
public final class RosterChangeException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  RosterChangeException(String problem) {
    super("roster change refused: " + problem);
    this.problem = problem;
  }

  public String problem() {
    return problem;
  }
}
