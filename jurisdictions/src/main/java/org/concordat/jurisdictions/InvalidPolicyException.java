package org.concordat.jurisdictions;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A policy or an agreement that does not load, with every mistake in {@link #problems}. */
public final class InvalidPolicyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One mistake; lines count from 1. */
  public record Problem(Path file, int line, String message) {
    @Override
    public String toString() {
      return file + ":" + line + ": " + message;
    }
  }

  private final transient List<Problem> problems;

  InvalidPolicyException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
