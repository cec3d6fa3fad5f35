package org.concordat.agent.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A comparison with a number, such as {@code >0}: class 1 where it holds, class 0 elsewhere.
 *
 * @param operator one of {@code > >= < <=}
 */
record LabelRule(String operator, double bound) {
  private static final Pattern FORM =
      Pattern.compile("(>=|<=|>|<)\\s*([+-]?\\d{1,15}(\\.\\d{1,15})?)");

  /** Null where the text is no such rule. */
  static @Nullable LabelRule parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    return matcher.matches()
        ? new LabelRule(matcher.group(1), Double.parseDouble(matcher.group(2)))
        : null;
  }

  boolean holds(double value) {
    return switch (operator) {
      case ">" -> value > bound;
      case ">=" -> value >= bound;
      case "<" -> value < bound;
      default -> value <= bound;
    };
  }
}
