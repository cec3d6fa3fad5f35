package org.concordat.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The mistakes found in one file. */
public final class Problems {
  /** One mistake; line and column count from 1. */
  public record Problem(Path file, int line, String message) {
    @Override
    public String toString() {
      return file + ":" + line + ": " + message;
    }
  }

  private final Path file;
  private final List<Problem> found = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  public Path file() {
    return file;
  }

  /** Notes a mistake and goes on. */
  public void add(int line, String message) {
    found.add(new Problem(file, line, message));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Reports all mistakes.
   *
   * @throws InvalidConfigurationException if there is at least one
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidConfigurationException(List.copyOf(found));
    }
  }

  /** A file with mistakes, all of them in {@link #problems}. */
  public static final class InvalidConfigurationException extends RuntimeException {
    private final transient List<Problem> problems;

    InvalidConfigurationException(List<Problem> problems) {
      super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
      this.problems = problems;
    }

    public List<Problem> problems() {
      return problems;
    }
  }
}
