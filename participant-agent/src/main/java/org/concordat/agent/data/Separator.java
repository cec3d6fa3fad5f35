package org.concordat.agent.data;

import java.util.Arrays;
import java.util.Locale;

/** What stands between cells. */
enum Separator {
  COMMA(','),
  SEMICOLON(';'),
  TAB('\t'),
  PIPE('|'),
  SPACE(' ');

  private final char sign;

  Separator(char sign) {
    this.sign = sign;
  }

  char sign() {
    return sign;
  }

  /** As a description says it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static boolean isOne(char sign) {
    return Arrays.stream(values()).anyMatch(one -> one.sign == sign);
  }

  /**
   * @throws IllegalArgumentException if there is no such separator
   */
  static Separator of(char sign) {
    for (Separator one : values()) {
      if (one.sign == sign) {
        return one;
      }
    }
    throw new IllegalArgumentException("no separator " + sign);
  }
}
