package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.concordat.agent.data.CsvTable.Row;
import org.concordat.agent.data.DataProblem.Kind;
import org.jspecify.annotations.Nullable;

/** Checks every row of a table and turns those that are used into samples. */
final class RowDecoder {
  private final TableSpec table;
  private final DataProblems problems;
  private final Cells cells;
  private final ThreeDecimals decimals;
  private final Map<String, Integer> places = new HashMap<>();

  RowDecoder(TableSpec table, DataProblems problems) {
    this.table = table;
    this.problems = problems;
    this.cells = new Cells(problems);
    this.decimals = new ThreeDecimals(table);
    for (int i = 0; i < table.columns().size(); i++) {
      places.put(table.columns().get(i).name(), i);
    }
  }

  /** What is allowed, and looks like a mistake. */
  List<String> warnings() {
    return decimals.warnings();
  }

  /** Column names in declared order. */
  List<String> columns() {
    return table.columns().stream().map(ColumnSpec::name).toList();
  }

  /** Rows are checked and decoded as they come. */
  final class Decoding implements Consumer<Row> {
    private final String file;
    private final IntPredicate used;
    private final List<Sample> samples = new ArrayList<>();

    /**
     * @param used by line: the others are checked too, but may lack values, and are left out
     */
    Decoding(String file, IntPredicate used) {
      this.file = file;
      this.used = used;
    }

    @Override
    public void accept(Row row) {
      Sample sample = decode(file, row, used.test(row.line()));
      if (sample != null) {
        samples.add(sample);
      }
    }

    List<Sample> samples() {
      return samples;
    }
  }

  private @Nullable Sample decode(String file, Row row, boolean used) {
    decimals.look(row);
    boolean good = true;
    boolean dropped = !used;
    for (int i = 0; i < table.columns().size(); i++) {
      ColumnSpec column = table.columns().get(i);
      String cell = row.cells().get(i);
      if (!isMissing(cell)) {
        good &= cells.check(file, row.line(), column, cell);
      } else if (table.dropRows().contains(column.name())) {
        dropped = true;
      }
    }
    if (!good || dropped || !isComplete(file, row)) {
      return null;
    }
    int label = table.label().classOf(cell(row, table.label().column()));
    if (label < 0) {
      problems.cell(
          Kind.UNKNOWN_CLASS,
          file,
          row.line(),
          table.label().column(),
          "expected one of the classes " + table.label().classes(),
          cell(row, table.label().column()));
      return null;
    }
    return new Sample(row.line(), features(row), label);
  }

  private boolean isComplete(String file, Row row) {
    boolean complete = true;
    for (int i = 0; i < table.columns().size(); i++) {
      String name = table.columns().get(i).name();
      if (table.isUsed(name) && isMissing(row.cells().get(i))) {
        problems.add(
            Kind.MISSING_VALUE,
            file,
            row.line(),
            name,
            "the value is missing; to leave such rows out, name the column under missing.drop-rows");
        complete = false;
      }
    }
    return complete;
  }

  private double[] features(Row row) {
    double[] features = new double[table.width()];
    int at = 0;
    for (String name : table.features()) {
      String cell = cell(row, name);
      List<String> codes = table.oneHot().get(name);
      if (codes == null) {
        features[at++] = Double.parseDouble(cell);
      } else {
        String code = Cells.canonical(cell);
        for (String indicated : codes) {
          features[at++] = indicated.equals(code) ? 1 : 0;
        }
      }
    }
    return features;
  }

  private String cell(Row row, String column) {
    return row.cells().get(places.getOrDefault(column, 0));
  }

  private boolean isMissing(String cell) {
    return cell.isEmpty() || table.markers().contains(cell);
  }
}
