package org.concordat.cli.text;

/**
 * A command that cannot do what it was asked.
 *
 * <p>The message says what was wrong, with the value; {@link #next} what to do.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;
  private final String next;

  /**
   * @param next what to do, in a sentence without its full stop; empty where the message says so
   *     already
   */
  public Failure(ExitCode code, String message, String next) {
    super(message);
    this.code = code;
    this.next = next;
  }

  public Failure(ExitCode code, String message, String next, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.next = next;
  }

  public ExitCode code() {
    return code;
  }

  public String next() {
    return next;
  }
}
