package org.concordat.certs;

/** A certificate that the offline authority will not sign. */
public final class IssuanceRefusedException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  IssuanceRefusedException(String problem) {
    super("certificate not issued: " + problem);
    this.problem = problem;
  }

  IssuanceRefusedException(String problem, Throwable cause) {
    super("certificate not issued: " + problem, cause);
    this.problem = problem;
  }

  public String problem() {
    return problem;
  }
}
