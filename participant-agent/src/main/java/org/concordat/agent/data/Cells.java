package org.concordat.agent.data;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.concordat.agent.data.DataProblem.Kind;

/** Checks single cells against their column's declaration. */
final class Cells {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
  private static final int MAX_NUMBER_CHARS = 100;

  private final DataProblems problems;
  private final Numerals numerals;

  Cells(DataProblems problems, Numerals numerals) {
    this.problems = problems;
    this.numerals = numerals;
  }

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
  boolean check(String file, Row row, int cell, ColumnSpec column) {
    return switch (column.type()) {
      case IGNORE -> true;
      case CATEGORY -> category(file, row, cell, column);
      default -> number(file, row, cell, column);
    };
  }

  /** Of the last cell that was checked, if its column is numeric. */
  double number() {
    return numerals.value();
  }

  private boolean category(String file, Row row, int cell, ColumnSpec column) {
    if (column.codes().isEmpty()) {
      return true;
    }
    String text = row.text(cell);
    if (column.codes().contains(text) || column.codes().contains(canonical(text))) {
      return true;
    }
    problems.cell(
        Kind.UNKNOWN_CODE,
        file,
        row.line(),
        column.name(),
        "expected one of the codes " + column.codes(),
        text);
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

  private boolean number(String file, Row row, int cell, ColumnSpec column) {
    Numerals.Form form = numerals.read(row, cell);
    if (form != Numerals.Form.NUMBER) {
      notANumber(form, file, row, cell, column);
      return false;
    }
    boolean whole = column.type() == ColumnSpec.Type.INTEGER;
    double value = numerals.value();
    if (whole && !numerals.isWhole()) {
      wrong(Kind.NOT_AN_INTEGER, file, row, cell, column, ", without an exponent");
    } else if (whole && !numerals.isExact()) {
      problems.cell(
          Kind.OUT_OF_RANGE,
          file,
          row.line(),
          column.name(),
          "expected a whole number of at most 2^53 (9007199254740992): a larger one is not kept"
              + " exactly; declare it a category or type ignore",
          row.text(cell));
    } else if (value < column.min() || value > column.max()) {
      wrong(Kind.OUT_OF_RANGE, file, row, cell, column, "");
    } else {
      return true;
    }
    return false;
  }

  private void notANumber(Numerals.Form form, String file, Row row, int cell, ColumnSpec column) {
    switch (form) {
      case NOT_FINITE -> wrong(Kind.NOT_FINITE, file, row, cell, column, "");
      case OTHER_DECIMAL ->
          problems.cause(
              Kind.NOT_A_NUMBER,
              file,
              row.line(),
              column.name(),
              numerals.decimal() == '.'
                  ? "the cells have a decimal comma: say 'decimal: comma' under 'dialect', or"
                      + " convert them"
                  : "the cells have a decimal point: take 'decimal: comma' away, or convert them",
              row.text(cell));
      default -> wrong(Kind.NOT_A_NUMBER, file, row, cell, column, "");
    }
  }

  private void wrong(Kind kind, String file, Row row, int cell, ColumnSpec column, String further) {
    boolean whole = column.type() == ColumnSpec.Type.INTEGER;
    String expected = (whole ? "expected a whole number" : "expected a number") + range(column);
    problems.cell(kind, file, row.line(), column.name(), expected + further, row.text(cell));
  }
}
