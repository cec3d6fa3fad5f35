package org.concordat.certs;

import org.jspecify.annotations.Nullable;

/**
 * Parent of every refusal of this module outside a TLS handshake, so that one place can map them to
 * exit codes and statuses. Messages say what was wrong and what to do, and hold no secret.
 */
public abstract class CertsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CertsException(String message) {
    super(message);
  }

  CertsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
