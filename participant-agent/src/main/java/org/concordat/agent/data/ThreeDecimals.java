package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns of numbers in which every value has exactly three decimals: where the dot stands between
 * thousands, {@code 152.400} is read as a thousandth of what was meant.
 */
final class ThreeDecimals {
  private static final int DECIMALS = 3;
  private static final int LEAST_VALUES = 3;

  private final TableSpec table;
  private final char decimal;
  private final int[] seen;
  private final boolean[] all;

  ThreeDecimals(TableSpec table, char decimal) {
    this.table = table;
    this.decimal = decimal;
    this.seen = new int[table.columns().size()];
    this.all = new boolean[seen.length];
    for (int i = 0; i < seen.length; i++) {
      all[i] = table.columns().get(i).isNumeric() && table.isUsed(table.columns().get(i).name());
    }
  }

  void look(Row row) {
    for (int i = 0; i < seen.length; i++) {
      int cell = row.at(i);
      if (all[i] && !row.isEmpty(cell) && !table.isMarker(row, cell)) {
        all[i] = isExactlyThree(row.chars(), row.start(cell), row.end(cell));
        seen[i]++;
      }
    }
  }

  /** One to three digits, the sign, three digits. */
  private boolean isExactlyThree(char[] chars, int start, int to) {
    boolean signed = chars[start] == '+' || chars[start] == '-';
    int from = signed ? start + 1 : start;
    int sign = to - DECIMALS - 1;
    if (sign - from < 1 || sign - from > DECIMALS || chars[sign] != decimal) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (i != sign && (chars[i] < '0' || chars[i] > '9')) {
        return false;
      }
    }
    return true;
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < seen.length; i++) {
      if (all[i] && seen[i] >= LEAST_VALUES) {
        warnings.add(
            ("every value of column '%s' has exactly three decimals: if its decimal sign"
                    + " separates thousands, write the numbers without it")
                .formatted(table.columns().get(i).name()));
      }
    }
    return warnings;
  }
}
