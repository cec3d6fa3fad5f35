package org.concordat.secureagg.kernel;

/**
 * A local update or weight that cannot be protected: wrong length, not finite, or out of range.
 * Names no values but the position.
 */
public final class BadUpdateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public BadUpdateException(String message) {
    super(message);
  }
}
