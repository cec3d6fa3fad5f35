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

  /** Notes a name in a file's header that is not declared: it may be a cell of the first row. */
  void header(Kind kind, String file, int column, String name, String message) {
    add(
        kind,
        file,
        1,
        showCells ? cut(name) : null,
        showCells ? message : "column " + column + " of the header, not shown: " + message);
  }

  /** At most 40 characters; control characters as '?', other invisible ones by their number. */
  private static String cut(String cell) {
    StringBuilder plain = new StringBuilder();
    int taken = 0;
    for (int at = 0; at < cell.length(); taken++) {
      if (taken == MAX_CELL_CHARS) {
        return plain.append('…').toString();
      }
      int character = cell.codePointAt(at);
      plain.append(visible(character));
      at += Character.charCount(character);
    }
    return plain.toString();
  }

  private static String visible(int character) {
    if (Character.getType(character) == Character.CONTROL) {
      return "?";
    }
    boolean invisible =
        character != ' '
            && (Character.isSpaceChar(character)
                || Character.getType(character) == Character.FORMAT
                || Character.getType(character) == Character.SURROGATE
                || Character.getType(character) == Character.UNASSIGNED);
    return invisible ? String.format("U+%04X", character) : Character.toString(character);
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
