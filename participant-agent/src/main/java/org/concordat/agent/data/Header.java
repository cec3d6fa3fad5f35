package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.agent.data.DataProblem.Kind;

/** Which cell of a file's rows is which declared column, and rows that have too many or too few. */
final class Header {
  private static final String SEPARATORS = ",;\t|";

  private final String file;
  private final List<String> columns;
  private final DataProblems problems;
  private int width;
  private int[] places = new int[0];

  /** Rows with one cell too many, the last, which is empty. */
  private long trailing;

  private int firstTrailing;

  Header(String file, List<String> columns, DataProblems problems) {
    this.file = file;
    this.columns = columns;
    this.problems = problems;
  }

  /** There is none: the columns come as declared. */
  void asDeclared() {
    width = columns.size();
    places = new int[width];
    for (int i = 0; i < width; i++) {
      places[i] = i;
    }
  }

  /** Cells of a row. */
  int width() {
    return width;
  }

  /** By declared column, its cell. */
  int[] places() {
    return places;
  }

  /** Takes the first row; false, with a note of why, where it does not name the columns. */
  boolean read(Row row, char separator) {
    List<String> names = new ArrayList<>();
    for (int cell = 0; cell < row.size(); cell++) {
      names.add(row.text(cell));
    }
    width = names.size();
    Map<String, Integer> inFile = new HashMap<>();
    for (int cell = 0; cell < width; cell++) {
      inFile.putIfAbsent(names.get(cell), cell);
    }
    boolean fits = isSeparated(names, separator) && namesSome(inFile) && fits(names, inFile);
    if (fits) {
      places = columns.stream().mapToInt(name -> inFile.getOrDefault(name, 0)).toArray();
    }
    return fits;
  }

  private boolean isSeparated(List<String> names, char separator) {
    if (names.size() > 1 || columns.size() == 1) {
      return true;
    }
    for (char other : SEPARATORS.toCharArray()) {
      if (other != separator && names.get(0).indexOf(other) >= 0) {
        problems.add(
            Kind.MISSING_COLUMN,
            file,
            1,
            null,
            "one column found; is the separator %s?".formatted(Separator.of(other).word()));
        return false;
      }
    }
    return true;
  }

  private boolean namesSome(Map<String, Integer> inFile) {
    Map<String, Integer> lower = new HashMap<>();
    inFile.forEach((name, cell) -> lower.put(folded(name), cell));
    boolean some = columns.stream().anyMatch(name -> lower.containsKey(folded(name)));
    if (!some) {
      problems.add(
          Kind.MISSING_COLUMN,
          file,
          1,
          null,
          "the first line names none of the declared columns "
              + told(columns)
              + ": is it a header (else say 'header: false'), and is the separator right?");
    }
    return some;
  }

  private static String told(List<String> names) {
    int most = 20;
    return names.size() <= most
        ? names.toString()
        : names.subList(0, most) + " and " + (names.size() - most) + " more";
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }

  private boolean fits(List<String> names, Map<String, Integer> inFile) {
    Map<String, String> declared = new HashMap<>();
    columns.forEach(name -> declared.put(folded(name), name));
    boolean fits = true;
    SortedMap<Integer, String> alike = new TreeMap<>();
    Map<String, Integer> times = new HashMap<>();
    for (int cell = 0; cell < names.size(); cell++) {
      String name = names.get(cell);
      String meant = columns.contains(name) ? name : declared.get(folded(name));
      int seen = times.merge(name, 1, Integer::sum);
      if (seen > 1) {
        fits = false;
        duplicate(cell, name, seen);
      } else if (meant == null) {
        fits = false;
        undeclared(cell, name);
      } else if (!meant.equals(name)) {
        fits = false;
        alike.put(cell, meant);
        declared.remove(folded(name));
      }
    }
    tellAlike(names, alike);
    for (String name : columns) {
      if (!inFile.containsKey(name) && name.equals(declared.get(folded(name)))) {
        fits = false;
        problems.add(Kind.MISSING_COLUMN, file, 1, name, "the header does not name it");
      }
    }
    return fits;
  }

  private void tellAlike(List<String> names, SortedMap<Integer, String> alike) {
    if (!alike.isEmpty()) {
      int cell = alike.firstKey();
      int more = alike.size() - 1;
      problems.header(
          Kind.UNDECLARED_COLUMN,
          file,
          cell + 1,
          names.get(cell),
          "did you mean '%s'?%s"
              .formatted(
                  alike.get(cell),
                  more == 0 ? "" : " So in " + more + " more: names are told apart by case"));
    }
  }

  private void duplicate(int cell, String name, int seen) {
    if (seen == 2) {
      problems.header(
          Kind.DUPLICATE_COLUMN, file, cell + 1, name, "the header names it more than once");
    }
  }

  private void undeclared(int cell, String name) {
    if (name.isEmpty()) {
      problems.add(
          Kind.UNDECLARED_COLUMN,
          file,
          1,
          null,
          "column %s has no name (an index column, or a separator at the end?): remove it from the file"
              .formatted(cell + 1));
    } else {
      problems.header(
          Kind.UNDECLARED_COLUMN,
          file,
          cell + 1,
          name,
          "the description does not declare it; declare it, if only as type ignore");
    }
  }

  /** A row that has another number of cells. */
  void misfit(Row row) {
    if (row.size() == width + 1 && row.isEmpty(width)) {
      firstTrailing = trailing == 0 ? row.line() : firstTrailing;
      trailing++;
      return;
    }
    problems.add(
        Kind.WRONG_COLUMN_COUNT,
        file,
        row.line(),
        null,
        "the line has " + row.size() + " cells, expected " + width);
  }

  /** At the file's end: one cause, one message. */
  void tellMisfits(long rows) {
    if (trailing > 0) {
      problems.add(
          Kind.WRONG_COLUMN_COUNT,
          file,
          firstTrailing,
          null,
          "%s have one empty cell more than the header: remove the separator at the line's end"
              .formatted(
                  trailing == rows
                      ? "all " + rows + " lines"
                      : trailing + " of " + rows + " lines"));
    }
  }
}
