package org.concordat.agent.data;

import java.nio.file.Path;
import java.util.List;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.config.Problems.Problem;
import org.concordat.config.Section;
import org.concordat.config.Yaml;

/**
 * Reads a data set's description. With {@code schema: FILE} the table's part stands in a file of
 * its own, which the members of an alliance share; without, in the same file.
 */
final class DescriptionReader {
  private static final String TOKEN = "[a-z0-9][a-z0-9-]{0,62}";

  private DescriptionReader() {}

  /**
   * @throws InvalidConfigurationException with every mistake of both files
   */
  static DataSetDescription read(Path file) {
    Section root = Yaml.read(file);
    root.integer("format", 1, 1, 1L);
    String name = token(root, "name");
    String dataClass = token(root, "data-class");
    List<String> regions = root.texts("subject-regions");
    if (regions.isEmpty()) {
      root.problem("subject-regions", "'subject-regions' is missing or empty: policies ask for it");
    }
    FilesSpec files = files(root.section("files"));
    boolean showCells = root.flag("errors-show-cells", true);
    Section schema = root.has("schema") ? schema(root) : root;
    TableSpec table = TableReader.read(schema);
    Dialect dialect = DialectReader.read(root.sectionOrEmpty("dialect"), table.separator());
    if (schema != root) {
      schema.integer("format", 1, 1, 1L);
      schema.done();
      adopt(root, schema);
    }
    root.done();
    root.problems().throwIfAny();
    return new DataSetDescription(name, dataClass, regions, files, table, dialect, showCells);
  }

  private static Section schema(Section root) {
    Path file = root.file("schema");
    try {
      return Yaml.read(file);
    } catch (InvalidConfigurationException unreadable) {
      adopt(root, unreadable);
      root.problems().throwIfAny();
      throw unreadable;
    }
  }

  private static void adopt(Section root, Section schema) {
    try {
      schema.problems().throwIfAny();
    } catch (InvalidConfigurationException invalid) {
      adopt(root, invalid);
    }
  }

  private static void adopt(Section root, InvalidConfigurationException invalid) {
    for (Problem problem : invalid.problems()) {
      root.problem(
          "schema", "in " + problem.file() + ":" + problem.line() + ": " + problem.message());
    }
  }

  private static String token(Section section, String key) {
    String value = section.text(key);
    if (!value.isEmpty() && !value.matches(TOKEN)) {
      section.problem(
          key,
          "'%s' is '%s': expected lower-case letters, digits and hyphens, at most 63"
              .formatted(key, value));
    }
    return value;
  }

  private static FilesSpec files(Section section) {
    FilesSpec files;
    if (section.has("train")) {
      files = new FilesSpec.TrainAndTest(section.text("train"), section.text("test", ""));
    } else if (section.has("split")) {
      files =
          new FilesSpec.Assigned(
              section.text("all"), section.text("split"), section.text("split-site"));
    } else {
      String all = section.text("all");
      double fraction = section.number("test-fraction", 0.0, 0.9, null);
      files = new FilesSpec.Drawn(all, fraction, section.integer("seed", 0, Long.MAX_VALUE, 0L));
    }
    section.done();
    return files;
  }
}
