package org.concordat.jurisdictions.analysis;

/**
 * A claim in words that is not of the grammar; the message names the word and what may stand there.
 */
public final class InvalidClaimException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidClaimException(String message) {
    super(message);
  }
}
