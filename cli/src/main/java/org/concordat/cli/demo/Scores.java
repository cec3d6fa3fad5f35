package org.concordat.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;

/**
 * How many test rows of each site each model gets right, as the sites report it.
 *
 * @param correct site, then model, then rows
 * @param rows test rows of each site
 */
record Scores(Map<String, Map<String, Long>> correct, Map<String, Long> rows) {
  static final String FEDERATED = "federated";
  static final String POOLED = "pooled";

  /** The name of the model that a site trained alone. */
  static String alone(String site) {
    return "alone-" + site;
  }

  /** From the report files that the sites wrote in their own directories. */
  static Scores read(Map<String, Path> reports) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Map<String, Long>> correct = new LinkedHashMap<>();
    Map<String, Long> rows = new LinkedHashMap<>();
    for (Map.Entry<String, Path> report : reports.entrySet()) {
      JsonNode read = mapper.readTree(report.getValue().toFile());
      rows.put(report.getKey(), read.path("testRows").asLong());
      Map<String, Long> site = new LinkedHashMap<>();
      read.path("correct")
          .fields()
          .forEachRemaining(model -> site.put(model.getKey(), model.getValue().asLong()));
      correct.put(report.getKey(), site);
    }
    return new Scores(correct, rows);
  }

  private long right(String site, String model) {
    Long found = correct.getOrDefault(site, Map.of()).get(model);
    if (found == null) {
      throw new IllegalStateException(
          "the report of '" + site + "' has no score of the model '" + model + "'");
    }
    return found;
  }

  private double accuracy(String site, String model) {
    return (double) right(site, model) / rows.getOrDefault(site, 0L);
  }

  /** The mean over the sites' test sets. */
  double mean(String model) {
    return rows.keySet().stream()
        .mapToDouble(site -> accuracy(site, model))
        .average()
        .orElse(Double.NaN);
  }

  /** Each site's own model on every site's test set, averaged. */
  double localMean() {
    return rows.keySet().stream()
        .mapToDouble(site -> mean(alone(site)))
        .average()
        .orElse(Double.NaN);
  }

  void print(Terminal terminal) {
    Table table =
        new Table(
            "SITE",
            "TEST ROWS",
            "TRAINED ALONE",
            "FEDERATED",
            "POOLED (yardstick, outside the alliance)");
    for (String site : rows.keySet()) {
      table.row(
          site, rows.get(site), cell(site, alone(site)), cell(site, FEDERATED), cell(site, POOLED));
    }
    table.row(
        "mean", "", percent(localMean()) + " (*)", percent(mean(FEDERATED)), percent(mean(POOLED)));
    table.print(terminal);
    terminal.line("(*) each site's own model on the test sets of all sites");
  }

  private String cell(String site, String model) {
    return right(site, model) + "/" + rows.get(site) + "  " + percent(accuracy(site, model));
  }

  private static String percent(double share) {
    return String.format(java.util.Locale.ROOT, "%.1f %%", 100 * share);
  }
}
