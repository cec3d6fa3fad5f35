package org.concordat.cli.text;

/**
 * The one place where what others wrote (names, reasons, refusals, labels) is made fit for a
 * terminal. A terminal acts on control characters: it moves, hides, links, answers. Bidirectional
 * overrides show another order than what is there; a line break makes a line that nobody wrote.
 * Each is shown as JSON escapes it, so that the same serves JSON, whose value stays exact.
 */
public final class Printable {
  /** No line that begins so is one of the program's own. */
  static final String CONTINUED = "       | ";

  private Printable() {}

  /** One line: whatever is not shown as itself is escaped, line breaks too. */
  public static String of(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (isShown(point)) {
                clean.appendCodePoint(point);
              } else {
                escape(point, clean);
              }
            });
    return clean.toString();
  }

  /** Text with breaks of its own: the lines after the first are marked. */
  public static String block(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    String[] lines = text.stripTrailing().split("\r?\n", -1);
    clean.append(of(lines[0]));
    for (int i = 1; i < lines.length; i++) {
      clean.append('\n').append(CONTINUED).append(of(lines[i].strip()));
    }
    return clean.toString();
  }

  /** Breaks stay as they are: for what this program makes, such as stack traces and scripts. */
  public static String lines(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.lines().forEach(line -> clean.append(of(line.replace("\t", "    "))).append('\n'));
    return clean.toString();
  }

  /** By Unicode's general category; formats (Cf) are bidirectional and invisible ones, and tags. */
  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** RFC 8259 section 7: by units of UTF-16. */
  private static void escape(int point, StringBuilder into) {
    if (point == '\n') {
      into.append("\\n");
    } else if (point == '\t') {
      into.append("\\t");
    } else {
      for (char unit : Character.toChars(point)) {
        into.append(String.format("\\u%04x", (int) unit));
      }
    }
  }
}
