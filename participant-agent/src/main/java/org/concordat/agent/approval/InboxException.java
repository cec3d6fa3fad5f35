package org.concordat.agent.approval;

/** The inbox cannot do what was asked; the message names file or request, and the way out. */
public final class InboxException extends RuntimeException {
  InboxException(String message) {
    super(message);
  }

  InboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
