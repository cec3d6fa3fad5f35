package org.concordat.secureagg;

/** Sealed bytes that no participant of this alliance signed as they are. */
public final class BadEnvelopeException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadEnvelopeException(String message) {
    super(message);
  }

  public BadEnvelopeException(String message, Throwable cause) {
    super(message, cause);
  }
}
