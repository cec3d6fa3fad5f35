package org.concordat.coordinator.job;

/** A job that is not taken; the message says why and what to change. */
public final class JobRefusedException extends Exception {
  /** What kind of refusal, for the caller's exit code. */
  public enum Kind {
    /** The spec itself is wrong. */
    INVALID,
    /** No such job, or another under that name. */
    CONFLICT,
    NOT_FOUND,
    /** The policy says no. */
    FORBIDDEN
  }

  private final Kind kind;

  public JobRefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
