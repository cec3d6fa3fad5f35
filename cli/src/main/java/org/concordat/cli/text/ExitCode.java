package org.concordat.cli.text;

/**
 * Exit codes; scripts rely on them, so that none ever changes its meaning. Documented in {@code
 * docs/cli.md}.
 */
public enum ExitCode {
  OK(0, "done"),
  INTERNAL(1, "a defect of the program"),
  USAGE(2, "unknown option, missing argument or malformed value"),
  CONFIGURATION(3, "a file or directory is missing something or is wrong"),
  DENIED(4, "the caller's role or the alliance's policy does not allow it"),
  NOT_FOUND(5, "no such job, model, member or file"),
  CONFLICT(6, "it exists already, is in use, or cannot be done in this state"),
  UNAVAILABLE(7, "the coordinator or its store cannot be reached"),
  VERIFICATION_FAILED(8, "a signature, certificate, digest or log does not verify"),
  JOB_FAILED(9, "the job failed or was aborted"),
  REMOVED(10, "this participant was removed from the alliance, or has left it"),
  REFUTED(11, "a claim about a policy does not hold, or two documents differ"),
  UNDECIDED(12, "an analysis of a policy reached its limit: nothing is known"),
  INTERRUPTED(130, "stopped by Ctrl-C"),
  TERMINATED(143, "stopped by SIGTERM, as every program is");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
