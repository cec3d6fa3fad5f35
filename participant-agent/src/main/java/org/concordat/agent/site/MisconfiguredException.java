package org.concordat.agent.site;

/**
 * The agent's configuration is well-formed but does not fit what it names; the message says what
 * and what to change.
 */
public final class MisconfiguredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MisconfiguredException(String message) {
    super(message);
  }
}
