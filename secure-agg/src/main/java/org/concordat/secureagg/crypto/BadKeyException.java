package org.concordat.secureagg.crypto;

/** A public key or ciphertext that no honest party makes. */
public final class BadKeyException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadKeyException(String message) {
    super(message);
  }
}
