package org.concordat.agent.data;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.concordat.agent.data.DataProblem.Kind;

/** Checks single cells against their column's declaration. */
record Cells(DataProblems problems) {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
  private static final Pattern NOT_FINITE = Pattern.compile("(?i)[+-]?(nan|inf|infinity)");
  private static final int MAX_NUMBER_CHARS = 100;

  /** Whole numbers up to this, and no larger ones, are all doubles. */
  private static final BigDecimal LARGEST_EXACT = BigDecimal.valueOf(1L << 53);

  /** With fewer characters, every whole number is exact. */
  private static final int EXACT_DIGITS = 16;

  /**
   * One form for codes that are equal as numbers: {@code 1}, {@code 1.0} and {@code 01} are the
   * same code.
   */
  static String canonical(String code) {
    if (!isNumber(code)) {
      return code;
    }
    return new BigDecimal(code).stripTrailingZeros().toString();
  }

  static boolean isNumber(String cell) {
    return cell.length() <= MAX_NUMBER_CHARS && NUMBER.matcher(cell).matches();
  }

  /** Whether a cell, not missing, is what its column declares; notes a mistake if not. */
  boolean check(String file, int line, ColumnSpec column, String cell) {
    return switch (column.type()) {
      case IGNORE -> true;
      case CATEGORY -> category(file, line, column, cell);
      default -> number(file, line, column, cell);
    };
  }

  private static boolean isExact(String cell) {
    return new BigDecimal(cell).abs().compareTo(LARGEST_EXACT) <= 0;
  }

  private boolean category(String file, int line, ColumnSpec column, String cell) {
    if (column.codes().isEmpty() || column.codes().contains(canonical(cell))) {
      return true;
    }
    problems.cell(
        Kind.UNKNOWN_CODE,
        file,
        line,
        column.name(),
        "expected one of the codes " + column.codes(),
        cell);
    return false;
  }

  /** The bounds that the description states; nothing where it states none. */
  private static String range(ColumnSpec column) {
    boolean from = column.min() > -Double.MAX_VALUE;
    boolean to = column.max() < Double.MAX_VALUE;
    if (from && to) {
      return " from " + column.min() + " to " + column.max();
    }
    return (from ? " from " + column.min() + " on" : "")
        + (to ? " of at most " + column.max() : "");
  }

  private boolean number(String file, int line, ColumnSpec column, String cell) {
    boolean whole = column.type() == ColumnSpec.Type.INTEGER;
    String expected = (whole ? "expected a whole number" : "expected a number") + range(column);
    if (NOT_FINITE.matcher(cell).matches()) {
      problems.cell(Kind.NOT_FINITE, file, line, column.name(), expected, cell);
    } else if (!isNumber(cell)) {
      problems.cell(Kind.NOT_A_NUMBER, file, line, column.name(), expected, cell);
    } else {
      double value = Double.parseDouble(cell);
      if (!Double.isFinite(value)) {
        problems.cell(Kind.NOT_FINITE, file, line, column.name(), expected, cell);
      } else if (whole
          && (value != Math.rint(value) || cell.indexOf('e') >= 0 || cell.indexOf('E') >= 0)) {
        problems.cell(
            Kind.NOT_AN_INTEGER,
            file,
            line,
            column.name(),
            expected + ", without an exponent",
            cell);
      } else if (whole && cell.length() >= EXACT_DIGITS && !isExact(cell)) {
        problems.cell(
            Kind.OUT_OF_RANGE,
            file,
            line,
            column.name(),
            "expected a whole number of at most 2^53 (9007199254740992): a larger one is not kept"
                + " exactly; declare it a category or type ignore",
            cell);
      } else if (value < column.min() || value > column.max()) {
        problems.cell(Kind.OUT_OF_RANGE, file, line, column.name(), expected, cell);
      } else {
        return true;
      }
    }
    return false;
  }
}
