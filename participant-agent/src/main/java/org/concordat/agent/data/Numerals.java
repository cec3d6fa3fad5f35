package org.concordat.agent.data;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import java.math.BigDecimal;

/**
 * Numbers as a site writes them: digits with the dialect's decimal sign, groups of exactly three
 * where it has a sign for them, and an exponent of at most three digits. Whatever else there is, is
 * not taken for a number, so that no value is read as another. Holds what was read last.
 */
final class Numerals {
  /** What a cell is. */
  enum Form {
    NUMBER,
    /** NaN or an infinity, or too large for a double. */
    NOT_FINITE,
    /** A number, with a comma where the dialect has a point, or the other way round. */
    OTHER_DECIMAL,
    NOT_A_NUMBER
  }

  private static final int MAX_CHARS = 100;
  private static final int MAX_EXPONENT_DIGITS = 3;
  private static final int GROUP = 3;

  /** With fewer digits, every whole number is exact. */
  private static final int EXACT_DIGITS = 16;

  /** Whole numbers up to this, and no larger ones, are all doubles. */
  private static final BigDecimal LARGEST_EXACT = BigDecimal.valueOf(1L << 53);

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private final char decimal;
  private final char thousands;
  private final char[] plain = new char[MAX_CHARS];

  private int length;
  private long mantissa;
  private int decimals;
  private boolean fraction;
  private boolean exponent;
  private double value;

  Numerals(Dialect dialect) {
    this.decimal = dialect.decimal();
    this.thousands = dialect.thousands();
  }

  /** Reads a cell that is not empty. */
  Form read(Row row, int cell) {
    return read(row.chars(), row.start(cell), row.end(cell));
  }

  /** The sign before the decimals. */
  char decimal() {
    return decimal;
  }

  /** Of the last number. */
  double value() {
    return value;
  }

  /** Whether the last number is whole and written without an exponent. */
  boolean isWhole() {
    return !fraction && !exponent;
  }

  /** Whether the last number, a whole one, is kept as it is. */
  boolean isExact() {
    return length < EXACT_DIGITS
        || new BigDecimal(plain, 0, length).abs().compareTo(LARGEST_EXACT) <= 0;
  }

  private Form read(char[] chars, int from, int to) {
    if (to - from > MAX_CHARS) {
      return Form.NOT_A_NUMBER;
    }
    if (scan(chars, from, to, decimal, thousands)) {
      value = isShort() ? shortValue() : JavaDoubleParser.parseDouble(plain, 0, length);
      return Double.isFinite(value) ? Form.NUMBER : Form.NOT_FINITE;
    }
    if (isNotFinite(new String(chars, from, to - from))) {
      return Form.NOT_FINITE;
    }
    char other = decimal == '.' ? ',' : '.';
    return scan(chars, from, to, other, decimal) ? Form.OTHER_DECIMAL : Form.NOT_A_NUMBER;
  }

  /** Whether all digits, and the power of ten below them, are doubles: then one division rounds. */
  private boolean isShort() {
    return length < EXACT_DIGITS && !exponent;
  }

  private double shortValue() {
    double digits = (double) mantissa;
    double unsigned = decimals == 0 ? digits : digits / POWERS[decimals];
    return plain[0] == '-' ? -unsigned : unsigned;
  }

  private static boolean isNotFinite(String cell) {
    String word = cell.startsWith("+") || cell.startsWith("-") ? cell.substring(1) : cell;
    return word.equalsIgnoreCase("nan")
        || word.equalsIgnoreCase("inf")
        || word.equalsIgnoreCase("infinity");
  }

  /** Whether it is a number; then {@link #plain} holds it as Java writes it. */
  private boolean scan(char[] chars, int from, int to, char point, char groups) {
    length = 0;
    mantissa = 0;
    decimals = 0;
    fraction = false;
    exponent = false;
    int at = from;
    if (at < to && (chars[at] == '+' || chars[at] == '-')) {
      plain[length++] = chars[at++];
    }
    int before = at;
    at = whole(chars, at, to, groups);
    boolean digits = at > before;
    if (at < to && chars[at] == point) {
      plain[length++] = '.';
      int begin = ++at;
      at = digits(chars, at, to);
      decimals = at - begin;
      fraction = !areZeros(chars, begin, at);
      digits |= decimals > 0;
    }
    if (digits && at < to && (chars[at] == 'e' || chars[at] == 'E')) {
      at = exponent(chars, at, to);
    }
    return digits && at == to;
  }

  /** The digits before the decimal sign; the start where they are grouped otherwise than by 3. */
  private int whole(char[] chars, int start, int to, char groups) {
    int before = length;
    int at = digits(chars, start, to);
    int first = at - start;
    if (groups == Dialect.NO_GROUPS || at == to || chars[at] != groups) {
      return at;
    }
    boolean fits = first > 0 && first <= GROUP;
    while (fits && at < to && chars[at] == groups) {
      int group = at + 1;
      at = digits(chars, group, to);
      fits = at - group == GROUP;
    }
    if (!fits) {
      length = before;
      return start;
    }
    return at;
  }

  private static boolean areZeros(char[] chars, int from, int to) {
    for (int i = from; i < to; i++) {
      if (chars[i] != '0') {
        return false;
      }
    }
    return true;
  }

  private int exponent(char[] chars, int start, int to) {
    int at = start + 1;
    plain[length++] = 'e';
    if (at < to && (chars[at] == '+' || chars[at] == '-')) {
      plain[length++] = chars[at++];
    }
    int begin = at;
    at = digits(chars, at, to);
    exponent = true;
    return at > begin && at - begin <= MAX_EXPONENT_DIGITS ? at : start;
  }

  private int digits(char[] chars, int from, int to) {
    int at = from;
    while (at < to && chars[at] >= '0' && chars[at] <= '9') {
      mantissa = 10 * mantissa + chars[at] - '0';
      plain[length++] = chars[at++];
    }
    return at;
  }
}
