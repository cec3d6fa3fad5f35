package org.concordat.jurisdictions;

/** A value that is not of its fact's type, or a fact stated twice. */
public final class InvalidFactException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FactName fact;

  InvalidFactException(FactName fact, String message) {
    super("fact '" + fact + "': " + message);
    this.fact = fact;
  }

  public FactName fact() {
    return fact;
  }
}
