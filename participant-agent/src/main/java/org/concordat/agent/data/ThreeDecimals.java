package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.concordat.agent.data.CsvTable.Row;

/**
 * Columns of numbers in which every value has exactly three decimals: where the dot stands between
 * thousands, {@code 152.400} is read as a thousandth of what was meant.
 */
final class ThreeDecimals {
  private static final Pattern EXACTLY_THREE = Pattern.compile("[+-]?\\d{1,3}\\.\\d{3}");
  private static final int LEAST_VALUES = 3;

  private final TableSpec table;
  private final int[] seen;
  private final boolean[] all;

  ThreeDecimals(TableSpec table) {
    this.table = table;
    this.seen = new int[table.columns().size()];
    this.all = new boolean[seen.length];
    for (int i = 0; i < seen.length; i++) {
      all[i] = table.columns().get(i).isNumeric() && table.isUsed(table.columns().get(i).name());
    }
  }

  void look(Row row) {
    for (int i = 0; i < seen.length; i++) {
      String cell = row.cells().get(i);
      if (all[i] && !cell.isEmpty() && !table.markers().contains(cell)) {
        all[i] = EXACTLY_THREE.matcher(cell).matches();
        seen[i]++;
      }
    }
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < seen.length; i++) {
      if (all[i] && seen[i] >= LEAST_VALUES) {
        warnings.add(
            ("every value of column '%s' has exactly three decimals: if its dot separates"
                    + " thousands, write the numbers without it")
                .formatted(table.columns().get(i).name()));
      }
    }
    return warnings;
  }
}
