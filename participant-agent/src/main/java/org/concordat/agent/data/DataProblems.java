package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.List;
import org.concordat.agent.data.DataProblem.Kind;
import org.jspecify.annotations.Nullable;

/** The mistakes found in a data set so far: the first ones in full, of the rest the count. */
final class DataProblems {
  /** How many mistakes are told. */
  static final int MAX_TOLD = 50;

  private static final int MAX_CELL_CHARS = 40;

  private final boolean showCells;
  private final List<DataProblem> told = new ArrayList<>();
  private long found;

  /**
   * @param showCells whether a message may quote the offending cell
   */
  DataProblems(boolean showCells) {
    this.showCells = showCells;
  }

  void add(Kind kind, String file, int line, @Nullable String column, String message) {
    found++;
    if (told.size() < MAX_TOLD) {
      told.add(new DataProblem(kind, file, line, column, message));
    }
  }

  void add(Kind kind, String file, String message) {
    add(kind, file, 0, null, message);
  }

  /**
   * Notes a bad cell; what stands in it is quoted, cut and without control characters, where the
   * description allows it.
   */
  void cell(Kind kind, String file, int line, String column, String expected, String cell) {
    add(
        kind,
        file,
        line,
        column,
        expected + ", got " + (showCells ? "'" + cut(cell) + "'" : "a value that is not shown"));
  }

  private static String cut(String cell) {
    String plain = cell.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > MAX_CELL_CHARS ? plain.substring(0, MAX_CELL_CHARS) + "…" : plain;
  }

  boolean isEmpty() {
    return found == 0;
  }

  void throwIfAny(String dataSet) {
    if (found > 0) {
      throw new InvalidDataException(dataSet, List.copyOf(told), found);
    }
  }
}
