package org.concordat.agent.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A data set that does not fit its description: of each cause the first few mistakes, 50 at the
 * most, and how many there are. Nothing of it is used.
 */
public final class InvalidDataException extends RuntimeException {
  private final transient List<DataProblem> problems;
  private final long found;

  /**
   * @param found mistakes in all
   * @param untold of causes of which none is told
   */
  InvalidDataException(String dataSet, List<DataProblem> problems, long found, long untold) {
    super(message(dataSet, problems, found, untold));
    this.problems = problems;
    this.found = found;
  }

  private static String message(
      String dataSet, List<DataProblem> problems, long found, long untold) {
    String lines = problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining());
    return "data set '%s' is refused, %s%s%s%s\nCorrect the files or their description."
        .formatted(
            dataSet,
            found,
            found == 1 ? " mistake:" : " mistakes:",
            lines,
            untold > 0 ? "\n  … and " + untold + " more" : "");
  }

  /** The mistakes that are told, at most three of a cause and 50 in all. */
  public List<DataProblem> problems() {
    return problems;
  }

  /** How many there are in all. */
  public long found() {
    return found;
  }
}
