package org.concordat.agent.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.concordat.agent.data.DataProblem.Kind;

/** Checks every row of a table and turns those that are used into samples. */
final class RowDecoder {
  /**
   * A declared column.
   *
   * @param used as a feature or as the label
   * @param drops whether a row without its value is left out
   */
  private record Column(ColumnSpec spec, boolean used, boolean drops) {}

  /**
   * A feature.
   *
   * @param column its place among the declared ones
   * @param codes that become an indicator each; empty for a number
   */
  private record Feature(int column, List<String> codes) {}

  private final DataSetDescription description;
  private final TableSpec table;
  private final DataProblems problems;
  private final Cells cells;
  private final ThreeDecimals decimals;
  private final Column[] columns;
  private final Feature[] features;
  private final int label;

  /** The numbers of the row's columns, where they are numeric and there. */
  private final double[] numbers;

  private final boolean[] missing;

  RowDecoder(DataSetDescription description, DataProblems problems) {
    this.description = description;
    this.table = description.table();
    this.problems = problems;
    this.cells = new Cells(problems, new Numerals(description.dialect()));
    this.decimals = new ThreeDecimals(table, description.dialect().decimal());
    this.columns =
        table.columns().stream()
            .map(
                spec ->
                    new Column(
                        spec, table.isUsed(spec.name()), table.dropRows().contains(spec.name())))
            .toArray(Column[]::new);
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < columns.length; i++) {
      places.put(columns[i].spec().name(), i);
    }
    this.features =
        table.features().stream()
            .map(
                name ->
                    new Feature(
                        places.getOrDefault(name, 0), table.oneHot().getOrDefault(name, List.of())))
            .toArray(Feature[]::new);
    this.label = places.getOrDefault(table.label().column(), 0);
    this.numbers = new double[columns.length];
    this.missing = new boolean[columns.length];
  }

  /** What is allowed, and looks like a mistake. */
  List<String> warnings() {
    return decimals.warnings();
  }

  /** One file: its rows are checked and decoded as they come. */
  final class Decoding implements Consumer<Row> {
    private final DataFile file;
    private final IntPredicate used;
    private final HeapNeed heap;
    private final CsvTable csv;
    private final SampleRows samples = new SampleRows(table.width());
    private final double[] values = new double[table.width()];
    private LongSupplier bytesRead = () -> 0;

    /**
     * @param used by line: the others are checked too, but may lack values, and are left out
     */
    Decoding(DataFile file, IntPredicate used) {
      this.file = file;
      this.used = used;
      this.heap = new HeapNeed(file, table.width(), HeapNeed::freeNow);
      this.csv =
          new CsvTable(
              file,
              description.dialect(),
              table.columns().stream().map(ColumnSpec::name).toList(),
              problems);
    }

    void read(DataDigest digest, boolean header) {
      long before = digest.updated();
      bytesRead = () -> digest.updated() - before;
      try {
        csv.read(digest, header, this);
      } catch (HeapNeed.TooSmallException tooSmall) {
        problems.add(Kind.FILE_TOO_LARGE, file.name(), String.valueOf(tooSmall.getMessage()));
      }
    }

    @Override
    public void accept(Row row) {
      int at = decode(file.name(), row, used.test(row.line()));
      if (at >= 0) {
        fill(row, values);
        if (samples.add(row.line(), values, at)) {
          heap.check(samples.count(), bytesRead.getAsLong());
        }
      }
    }

    SampleRows samples() {
      return samples;
    }

    /** The line of the last row. */
    int lastLine() {
      return csv.lastLine();
    }
  }

  /** The row's class; -1 where it is left out or refused. */
  private int decode(String file, Row row, boolean used) {
    decimals.look(row);
    boolean good = true;
    boolean dropped = !used;
    for (int i = 0; i < columns.length; i++) {
      int cell = row.at(i);
      missing[i] = row.isEmpty(cell) || table.isMarker(row, cell);
      if (!missing[i]) {
        good &= cells.check(file, row, cell, columns[i].spec());
        numbers[i] = cells.number();
      } else {
        dropped |= columns[i].drops();
      }
    }
    if (!good || dropped || !isComplete(file, row)) {
      return -1;
    }
    int found = classOf(row);
    if (found < 0) {
      problems.cell(
          Kind.UNKNOWN_CLASS,
          file,
          row.line(),
          table.label().column(),
          "expected one of the classes " + table.label().classes(),
          row.text(row.at(label)));
    }
    return found;
  }

  private int classOf(Row row) {
    LabelRule rule = table.label().rule();
    return rule == null
        ? table.label().classOf(row.text(row.at(label)))
        : rule.holds(numbers[label]) ? 1 : 0;
  }

  private boolean isComplete(String file, Row row) {
    boolean complete = true;
    for (int i = 0; i < columns.length; i++) {
      if (missing[i] && columns[i].used()) {
        problems.add(
            Kind.MISSING_VALUE,
            file,
            row.line(),
            columns[i].spec().name(),
            "the value is missing; to leave such rows out, name the column under missing.drop-rows");
        complete = false;
      }
    }
    return complete;
  }

  private void fill(Row row, double[] values) {
    int at = 0;
    for (Feature feature : features) {
      if (!feature.codes().isEmpty()) {
        String code = Cells.canonical(row.text(row.at(feature.column())));
        for (String indicated : feature.codes()) {
          values[at++] = indicated.equals(code) ? 1 : 0;
        }
      } else if (columns[feature.column()].spec().isNumeric()) {
        values[at++] = numbers[feature.column()];
      } else {
        values[at++] = Double.parseDouble(row.text(row.at(feature.column())));
      }
    }
  }
}
