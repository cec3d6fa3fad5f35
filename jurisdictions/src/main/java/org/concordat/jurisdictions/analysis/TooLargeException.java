package org.concordat.jurisdictions.analysis;

/** An analysis passed its limit; never an answer. */
final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooLargeException(String message) {
    super(message);
  }
}
