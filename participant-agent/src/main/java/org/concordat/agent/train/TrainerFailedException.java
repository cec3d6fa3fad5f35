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
    UNFIT_DATA,
    OUT_OF_MEMORY
  }

  private final Reason reason;
  private final String what;

  /** Of one that printed nothing. */
  public TrainerFailedException(Reason reason, String what) {
    this(reason, what, List.of());
  }

  public TrainerFailedException(Reason reason, String what, List<String> lastLines) {
    super(
        "trainer "
            + reason
            + ": "
            + what
            + (lastLines.isEmpty() ? "" : "\n  " + String.join("\n  ", lastLines)));
    this.reason = reason;
    this.what = what;
  }

  /** What went wrong, without the trainer's own output, which may hold anything. */
  public String what() {
    return what;
  }

  public Reason reason() {
    return reason;
  }
}
