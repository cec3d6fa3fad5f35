package org.concordat.iam.token;

/** A token that is not taken. The message holds nothing of the token that could be used. */
public final class TokenRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    TOO_LARGE,
    MALFORMED,
    UNKNOWN_ISSUER,
    ALGORITHM,
    SIGNATURE,
    CLAIMS,
    KEYS_UNAVAILABLE,
    DENIED,
    BOUND,
    PROOF,
    PERSON,
    MISSING
  }

  private final Reason reason;

  public TokenRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
