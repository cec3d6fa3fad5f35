package org.concordat.agent.data;

import java.util.Arrays;

/**
 * One row as it stands in its file: its cells without the blanks around them. Filled anew for each
 * row, so that nothing is kept of a table but what is made of it.
 */
final class Row {
  /** A row that no table has. */
  static final class TooLongException extends RuntimeException {
    TooLongException(int line) {
      super(
          "the row at line %s has more than %s cells or %s characters: are its line ends right?"
              .formatted(line, TableReader.MAX_COLUMNS, MAX_CHARS));
    }
  }

  private static final int MAX_CHARS = 1 << 24;

  private int line;
  private char[] chars = new char[1 << 10];
  private int used;
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int cells;
  private int[] places = new int[0];

  /** Begins another row. */
  void begin(int startsAt) {
    line = startsAt;
    used = 0;
    cells = 0;
  }

  /** The next cell. */
  void add(char[] from, int offset, int length) {
    int begin = offset;
    int end = offset + length;
    while (begin < end && isBlank(from[begin])) {
      begin++;
    }
    while (end > begin && isBlank(from[end - 1])) {
      end--;
    }
    if (cells == TableReader.MAX_COLUMNS + 1 || used + end - begin > MAX_CHARS) {
      throw new TooLongException(line);
    }
    if (used + end - begin > chars.length) {
      chars = Arrays.copyOf(chars, 2 * (used + end - begin));
    }
    if (cells == starts.length) {
      starts = Arrays.copyOf(starts, 2 * cells);
      ends = Arrays.copyOf(ends, 2 * cells);
    }
    System.arraycopy(from, begin, chars, used, end - begin);
    starts[cells] = used;
    used += end - begin;
    ends[cells] = used;
    cells++;
  }

  /**
   * From now on {@link #at} finds the declared columns.
   *
   * @param inFile by declared column, its cell
   */
  void arrange(int[] inFile) {
    places = inFile;
  }

  /** The cell of a declared column. */
  int at(int column) {
    return places[column];
  }

  private static boolean isBlank(char one) {
    return (one <= ' ' || one > '~') && Character.isWhitespace(one);
  }

  /** Where it begins in its file, counted from 1, as an editor shows it. */
  int line() {
    return line;
  }

  int size() {
    return cells;
  }

  boolean isEmpty(int cell) {
    return starts[cell] == ends[cell];
  }

  boolean is(int cell, String text) {
    int length = ends[cell] - starts[cell];
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (chars[starts[cell] + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  String text(int cell) {
    return new String(chars, starts[cell], ends[cell] - starts[cell]);
  }

  /** The characters of all cells; {@link #start} and {@link #end} say which are a cell's. */
  char[] chars() {
    return chars;
  }

  int start(int cell) {
    return starts[cell];
  }

  int end(int cell) {
    return ends[cell];
  }
}
