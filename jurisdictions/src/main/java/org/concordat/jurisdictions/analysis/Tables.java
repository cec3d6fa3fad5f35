package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Trace;
import org.concordat.jurisdictions.View;

/**
 * What each comparison says to each choice of its variables, asked of the comparison itself; then
 * choices to which all comparisons say the same become one.
 */
final class Tables {
  /** One comparison: which variables it reads, and its values as bits. */
  private record Table(Comparison comparison, int left, int right, byte[][] cells) {}

  private final List<Variable> variables;
  private final List<Table> tables = new ArrayList<>();

  Tables(List<Variable> raw, List<Comparison> comparisons, Instant now, Work work) {
    this.variables = new ArrayList<>(raw);
    View nothing = new View(Facts.none(), Facts.none(), now);
    for (Comparison one : comparisons) {
      int left = variable(Optional.of(one.fact()));
      int right = other(one.operand());
      tables.add(new Table(one, left, right, cells(one, left, right, nothing, work)));
    }
    for (int i = 0; i < variables.size(); i++) {
      merge(i);
    }
  }

  List<Variable> variables() {
    return List.copyOf(variables);
  }

  Map<Comparison, Term.Compare> terms() {
    Map<Comparison, Term.Compare> terms = new LinkedHashMap<>();
    tables.forEach(table -> terms.put(table.comparison(), term(table)));
    return terms;
  }

  private int variable(Optional<FactName> fact) {
    for (int i = 0; i < variables.size(); i++) {
      if (variables.get(i).fact().equals(fact)) {
        return i;
      }
    }
    return -1;
  }

  /** The second thing that a comparison reads, or -1. */
  private int other(Operand operand) {
    if (operand instanceof Operand.OtherFact other) {
      return variable(Optional.of(other.fact()));
    }
    return operand instanceof Operand.Named named && named.list().expires() != null
        ? variable(Optional.empty())
        : -1;
  }

  private byte[][] cells(Comparison one, int left, int right, View nothing, Work work) {
    List<Choice> rows = variables.get(left).choices();
    List<Choice> columns = right < 0 ? List.of(Choice.NOT_STATED) : variables.get(right).choices();
    work.add((long) rows.size() * columns.size());
    byte[][] cells = new byte[rows.size()][columns.size()];
    for (int row = 0; row < rows.size(); row++) {
      View view = rows.get(row).in(nothing);
      for (int column = 0; column < columns.size(); column++) {
        View both = columns.get(column).in(view);
        cells[row][column] = (byte) (1 << one.evaluate(both, Trace.NONE).ordinal());
      }
    }
    return cells;
  }

  private void merge(int variable) {
    List<Choice> choices = variables.get(variable).choices();
    Map<String, List<Integer>> alike = new LinkedHashMap<>();
    for (int choice = 0; choice < choices.size(); choice++) {
      alike.computeIfAbsent(answers(variable, choice), unseen -> new ArrayList<>()).add(choice);
    }
    List<Integer> kept = alike.values().stream().map(same -> same.get(0)).toList();
    List<Choice> merged =
        alike.values().stream()
            .map(same -> merged(same.stream().map(choices::get).toList()))
            .toList();
    variables.set(variable, new Variable(variables.get(variable).fact(), merged));
    tables.replaceAll(table -> restricted(table, variable, kept));
  }

  /** Everything that the comparisons say to a choice, whatever the other variables are. */
  private String answers(int variable, int choice) {
    StringBuilder answers = new StringBuilder();
    for (Table table : tables) {
      if (table.left() == variable) {
        for (byte value : table.cells()[choice]) {
          answers.append((char) value);
        }
      }
      if (table.right() == variable) {
        for (byte[] row : table.cells()) {
          answers.append((char) row[choice]);
        }
      }
    }
    return answers.toString();
  }

  /** The first stands for all; not stating a fact stands for itself only. */
  private static Choice merged(List<Choice> same) {
    Choice first = same.get(0);
    if (first.fact().isEmpty()) {
      return first;
    }
    List<FactValue> alike = same.stream().flatMap(one -> one.alike().stream()).distinct().toList();
    boolean others = same.stream().anyMatch(Choice::others);
    return Choice.stated(first.fact().get(), alike, others);
  }

  private static Table restricted(Table table, int variable, List<Integer> kept) {
    byte[][] cells = table.cells();
    if (table.left() == variable) {
      byte[][] all = cells;
      cells = kept.stream().map(row -> all[row]).toArray(byte[][]::new);
    }
    if (table.right() == variable) {
      cells = Stream.of(cells).map(row -> columns(row, kept)).toArray(byte[][]::new);
    }
    return new Table(table.comparison(), table.left(), table.right(), cells);
  }

  private static byte[] columns(byte[] row, List<Integer> kept) {
    byte[] columns = new byte[kept.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = row[kept.get(i)];
    }
    return columns;
  }

  private static Term.Compare term(Table table) {
    byte[][] cells = table.cells();
    byte[] rows = new byte[cells.length];
    byte[] columns = new byte[cells[0].length];
    byte whole = 0;
    for (int row = 0; row < cells.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        byte value = cells[row][column];
        rows[row] |= value;
        columns[column] |= value;
        whole |= value;
      }
    }
    return new Term.Compare(table.left(), table.right(), cells, rows, columns, whole);
  }
}
