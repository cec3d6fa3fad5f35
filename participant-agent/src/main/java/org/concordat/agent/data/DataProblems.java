package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.concordat.agent.data.DataProblem.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The mistakes found in a data set so far, by cause: what is wrong, in which file and column. Of
 * each cause the first few are told, and how many there are.
 */
final class DataProblems {
  /** How many mistakes are told. */
  static final int MAX_TOLD = 50;

  /** How many of one cause are told. */
  static final int FEW = 3;

  private static final int MAX_CELL_CHARS = 40;

  private record Cause(Kind kind, String file, @Nullable String column) {}

  /** Those of one cause. */
  private static final class Group {
    final List<Integer> told = new ArrayList<>();
    long found;
  }

  private final boolean showCells;
  private final List<DataProblem> told = new ArrayList<>();
  private final Map<Cause, Group> causes = new HashMap<>();
  private long found;

  /**
   * @param showCells whether a message may quote the offending cell
   */
  DataProblems(boolean showCells) {
    this.showCells = showCells;
  }

  void add(Kind kind, String file, int line, @Nullable String column, String message) {
    add(kind, file, line, column, message, FEW);
  }

  private void add(
      Kind kind, String file, int line, @Nullable String column, String message, int few) {
    found++;
    Group group = causes.computeIfAbsent(new Cause(kind, file, column), cause -> new Group());
    group.found++;
    if (group.found <= few && told.size() < MAX_TOLD) {
      group.told.add(told.size());
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

  /**
   * Notes a cell of which all are likely to be wrong in the same way: told once, with the count.
   */
  void cause(Kind kind, String file, int line, String column, String what, String cell) {
    String such = showCells ? ", such as '" + cut(cell) + "'" : "";
    add(kind, file, line, column, what + such, 1);
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
      List<DataProblem> all = new ArrayList<>(told);
      long covered = 0;
      for (Group group : causes.values()) {
        if (!group.told.isEmpty()) {
          covered += group.found;
          int last = group.told.get(group.told.size() - 1);
          all.set(last, andMore(told.get(last), group.found - group.told.size()));
        }
      }
      throw new InvalidDataException(dataSet, List.copyOf(all), found, found - covered);
    }
  }

  private static DataProblem andMore(DataProblem one, long more) {
    return more == 0
        ? one
        : new DataProblem(
            one.kind(),
            one.file(),
            one.line(),
            one.column(),
            one.message() + " (and " + more + " more like it)");
  }
}
