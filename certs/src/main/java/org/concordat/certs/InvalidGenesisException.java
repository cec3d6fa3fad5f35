package org.concordat.certs;

/** A genesis (or draft) that does not verify; nothing of it may be used. */
public final class InvalidGenesisException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  InvalidGenesisException(String problem) {
    super("genesis refused: " + problem);
    this.problem = problem;
  }

  public String problem() {
    return problem;
  }
}
