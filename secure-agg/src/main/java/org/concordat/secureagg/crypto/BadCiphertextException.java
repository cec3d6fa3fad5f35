package org.concordat.secureagg.crypto;

/** An AEAD box that does not open: altered, or sealed under another key or for another place. */
public final class BadCiphertextException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadCiphertextException(String message) {
    super(message);
  }

  public BadCiphertextException(String message, Throwable cause) {
    super(message, cause);
  }
}
