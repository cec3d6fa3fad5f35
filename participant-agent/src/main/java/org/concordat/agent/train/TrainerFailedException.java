package org.concordat.agent.train;

import java.util.List;

/**
 * A trainer did not do its work; it has been ended. The message says why, with the last lines of
 * its error output.
 */
public final class TrainerFailedException extends Exception {
  /** Why. */
  public enum Reason {
    NOT_STARTED,
    TIMED_OUT,
    CRASHED,
    RUBBISH,
    BAD_VECTOR,
    REFUSED,
    UNFIT_DATA
  }

  private final Reason reason;

  public TrainerFailedException(Reason reason, String what, List<String> lastLines) {
    super(
        "trainer "
            + reason
            + ": "
            + what
            + (lastLines.isEmpty() ? "" : "\n  " + String.join("\n  ", lastLines)));
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
