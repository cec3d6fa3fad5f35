package org.concordat.agent.data;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.config.Section;
import org.jspecify.annotations.Nullable;

/** Reads the table's part of a data set's description. */
final class TableReader {
  /** A wider table is not read. */
  static final int MAX_COLUMNS = 65_536;

  private enum Standardise {
    SITE,
    NONE
  }

  private final Section section;
  private final Map<String, ColumnSpec> columns = new LinkedHashMap<>();

  private TableReader(Section section) {
    this.section = section;
  }

  /** The caller calls {@link Section#done} and throws. */
  static TableSpec read(Section section) {
    return new TableReader(section).read();
  }

  private TableSpec read() {
    char separator = section.choice("separator", Separator.class, Separator.COMMA).sign();
    boolean header = section.flag("header", true);
    columns();
    Section missing = section.sectionOrEmpty("missing");
    Set<String> markers = new LinkedHashSet<>(missing.texts("markers"));
    Set<String> dropRows = new LinkedHashSet<>(missing.texts("drop-rows"));
    dropRows.forEach(name -> require(missing, "drop-rows", name));
    missing.done();
    LabelSpec label = label(section.section("label"));
    Map<String, List<String>> oneHot = oneHot(section.sectionOrEmpty("one-hot"));
    List<String> features = features(label, oneHot);
    boolean standardise =
        section.choice("standardise", Standardise.class, Standardise.NONE) == Standardise.SITE;
    return new TableSpec(
        separator,
        header,
        markers,
        dropRows,
        List.copyOf(columns.values()),
        label,
        features,
        oneHot,
        standardise);
  }

  private void columns() {
    List<Section> declared = section.sections("columns");
    if (declared.isEmpty() || declared.size() > MAX_COLUMNS) {
      section.problem(
          "columns", "'columns' declares " + declared.size() + " columns: 1 to " + MAX_COLUMNS);
    }
    for (Section column : declared) {
      ColumnSpec spec = column(column);
      if (!spec.name().isEmpty() && columns.put(spec.name(), spec) != null) {
        column.problem("name", "column '" + spec.name() + "' is declared twice");
      }
    }
  }

  private static ColumnSpec column(Section column) {
    String name = column.text("name");
    ColumnSpec.Type type = column.choice("type", ColumnSpec.Type.class, null);
    boolean numeric = type == ColumnSpec.Type.NUMBER || type == ColumnSpec.Type.INTEGER;
    double min = -Double.MAX_VALUE;
    double max = Double.MAX_VALUE;
    if (numeric) {
      min = column.number("min", -Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE);
      max = column.number("max", -Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE);
      if (min > max) {
        column.problem("min", "column '" + name + "': min " + min + " is above max " + max);
      }
    }
    List<String> codes =
        type == ColumnSpec.Type.CATEGORY
            ? column.texts("codes").stream().map(Cells::canonical).toList()
            : List.of();
    column.done();
    return new ColumnSpec(name, type, min, max, codes);
  }

  private LabelSpec label(Section label) {
    String name = label.text("column");
    ColumnSpec column = require(label, "column", name);
    if (label.has("rule") == label.has("classes")) {
      label
          .problems()
          .add(
              label.line(),
              "'label' needs either 'rule' (such as \">0\") or 'classes' (a list): labels are classes"
                  + " only, a number is not predicted");
    }
    List<String> classes = label.texts("classes").stream().map(Cells::canonical).toList();
    String written = label.textOrNull("rule");
    LabelRule rule = written == null ? null : LabelRule.parse(written);
    if (written != null && rule == null) {
      label.problem(
          "rule", "'label.rule' is '" + written + "': expected a comparison such as \">0\"");
    }
    if (label.has("classes")
        && (classes.size() < 2 || Set.copyOf(classes).size() != classes.size())) {
      label.problem(
          "classes", "'label.classes' must list two or more different classes, got " + classes);
    }
    if (rule != null && column != null && !column.isNumeric()) {
      label.problem("rule", "'label.rule' needs a column of type number or integer");
    }
    if (column != null && column.type() == ColumnSpec.Type.IGNORE) {
      label.problem("column", "the label's column '" + name + "' is of type ignore");
    }
    label.done();
    return new LabelSpec(name, rule, classes);
  }

  private Map<String, List<String>> oneHot(Section oneHot) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    for (String name : oneHot.keys()) {
      ColumnSpec column = require(oneHot, name, name);
      List<String> codes = oneHot.texts(name).stream().map(Cells::canonical).toList();
      if (column != null
          && (column.type() != ColumnSpec.Type.CATEGORY || !column.codes().containsAll(codes))) {
        oneHot.problem(
            name, "one-hot '" + name + "' needs a category whose codes include " + codes);
      }
      if (codes.isEmpty() || Set.copyOf(codes).size() != codes.size()) {
        oneHot.problem(name, "one-hot '" + name + "' must list different codes, got " + codes);
      }
      found.put(name, codes);
    }
    oneHot.done();
    return found;
  }

  private List<String> features(LabelSpec label, Map<String, List<String>> oneHot) {
    List<String> features = section.texts("features");
    if (features.isEmpty() || Set.copyOf(features).size() != features.size()) {
      section.problem("features", "'features' must list different columns, got " + features.size());
    }
    for (String name : features) {
      ColumnSpec column = require(section, "features", name);
      if (column != null && !oneHot.containsKey(name) && !yieldsNumbers(column)) {
        section.problem(
            "features",
            "feature '"
                + name
                + "' has no number: give it a numeric type, numeric codes or a one-hot list");
      }
      if (name.equals(label.column())) {
        section.problem("features", "feature '" + name + "' is the label");
      }
    }
    for (String name : oneHot.keySet()) {
      if (!features.contains(name)) {
        section.problem("one-hot", "one-hot '" + name + "' is not among the features");
      }
    }
    return features;
  }

  private static boolean yieldsNumbers(ColumnSpec column) {
    return column.isNumeric()
        || (column.type() == ColumnSpec.Type.CATEGORY
            && !column.codes().isEmpty()
            && column.codes().stream().allMatch(Cells::isNumber));
  }

  private @Nullable ColumnSpec require(Section where, String key, String name) {
    ColumnSpec column = columns.get(name);
    if (column == null && !name.isEmpty()) {
      where.problem(
          key, "'%s' is not among the declared columns %s".formatted(name, columns.keySet()));
    }
    return column;
  }
}
