package org.concordat.agent.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A data set that does not fit its description: the first 50 mistakes, and how many there are.
 * Nothing of it is used.
 */
public final class InvalidDataException extends RuntimeException {
  private final transient List<DataProblem> problems;
  private final long found;

  InvalidDataException(String dataSet, List<DataProblem> problems, long found) {
    super(message(dataSet, problems, found));
    this.problems = problems;
    this.found = found;
  }

  private static String message(String dataSet, List<DataProblem> problems, long found) {
    String lines = problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining());
    long more = found - problems.size();
    return "data set '%s' is refused, %s%s%s%s\nCorrect the files or their description."
        .formatted(
            dataSet,
            found,
            found == 1 ? " mistake:" : " mistakes:",
            lines,
            more > 0 ? "\n  … and " + more + " more" : "");
  }

  /** The mistakes that are told, at most 50. */
  public List<DataProblem> problems() {
    return problems;
  }

  /** How many there are in all. */
  public long found() {
    return found;
  }
}
