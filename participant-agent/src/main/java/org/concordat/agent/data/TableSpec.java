package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rows look like and what becomes of them; the members of an alliance share it.
 *
 * @param markers cells that stand for a missing value; an empty cell always does
 * @param dropRows a row with a missing value in one of these columns is left out; elsewhere it is
 *     refused
 * @param columns in the files' order where there is no header
 * @param features columns in the order of the model's inputs
 * @param oneHot codes, canonical, for each of which a feature column becomes an indicator, in place
 * @param standardise whether features are scaled by the site's own training rows
 */
record TableSpec(
    char separator,
    boolean header,
    Set<String> markers,
    Set<String> dropRows,
    List<ColumnSpec> columns,
    LabelSpec label,
    List<String> features,
    Map<String, List<String>> oneHot,
    boolean standardise) {
  /** How many inputs a row has. */
  int width() {
    return features.stream()
        .mapToInt(
            name -> oneHot.containsKey(name) ? oneHot.getOrDefault(name, List.of()).size() : 1)
        .sum();
  }

  /** The model's inputs in their order, for people. */
  List<String> inputNames() {
    List<String> names = new ArrayList<>();
    for (String name : features) {
      List<String> codes = oneHot.get(name);
      if (codes == null) {
        names.add(name);
      } else {
        codes.forEach(code -> names.add(name + "=" + code));
      }
    }
    return names;
  }

  /** Whether a cell, not empty, stands for a missing value. */
  boolean isMarker(Row row, int cell) {
    if (markers.isEmpty()) {
      return false;
    }
    for (String marker : markers) {
      if (row.is(cell, marker)) {
        return true;
      }
    }
    return false;
  }

  boolean isUsed(String column) {
    return column.equals(label.column()) || features.contains(column);
  }
}
