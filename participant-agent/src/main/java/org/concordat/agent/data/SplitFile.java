package org.concordat.agent.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * Which lines of a file are for training and which for testing, with the label that each must have.
 */
final class SplitFile {
  private static final List<String> COLUMNS = List.of("site", "line", "set", "label");

  private record Assignment(boolean test, int label) {}

  private final String file;
  private final DataProblems problems;
  private final Map<Integer, Assignment> lines = new HashMap<>();

  private SplitFile(String file, DataProblems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Reads one site's lines of a file {@code site,line,set,label}. */
  static SplitFile read(DataFile file, DataDigest digest, String site, DataProblems problems) {
    SplitFile split = new SplitFile(file.name(), problems);
    new CsvTable(file, Dialect.plain(','), COLUMNS, problems)
        .read(
            digest,
            true,
            row -> {
              if (row.is(row.at(0), site)) {
                split.assign(row);
              }
            });
    if (split.lines.isEmpty() && problems.isEmpty()) {
      problems.add(Kind.BAD_SPLIT, file.name(), "it has no line of the site '" + site + "'");
    }
    return split;
  }

  private void assign(Row row) {
    String line = row.text(row.at(1));
    String set = row.text(row.at(2));
    String label = row.text(row.at(3));
    if (!line.matches("[1-9]\\d{0,8}")
        || !set.matches("train|test")
        || !label.matches("\\d{1,5}")) {
      bad(row.line(), "expected site, line number, train or test, class number");
    } else if (lines.put(
            Integer.valueOf(line), new Assignment(set.equals("test"), Integer.parseInt(label)))
        != null) {
      bad(row.line(), "line " + line + " of the site is assigned twice");
    }
  }

  boolean lists(int line) {
    return lines.containsKey(line);
  }

  boolean isTest(int line) {
    Assignment assignment = lines.get(line);
    return assignment != null && assignment.test();
  }

  /**
   * Notes lines that the data has not, and labels that differ.
   *
   * @param data the file's name
   * @param last line of it
   */
  void check(String data, int last, SampleRows samples) {
    Map<Integer, Integer> labels = new HashMap<>();
    for (int row = 0; row < samples.count(); row++) {
      labels.put(samples.line(row), samples.label(row));
    }
    lines.forEach(
        (line, assignment) -> {
          Integer label = labels.get(line);
          if (line > last) {
            bad(0, "it lists line " + line + " of " + data + ", which ends at line " + last);
          } else if (label != null && label != assignment.label()) {
            bad(0, "its label of line " + line + " of " + data + " is not the one found there");
          }
        });
  }

  private void bad(int line, String message) {
    problems.add(Kind.BAD_SPLIT, file, line, null, message);
  }
}
