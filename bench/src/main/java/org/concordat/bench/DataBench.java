package org.concordat.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * {@code bench/run data}: what it costs to have a table ready for training, against a pass of
 * commons-csv over the same file that keeps nothing, by turns, each in a process of its own. {@code
 * DataBench DIRECTORY}; one JSON object on the last line. {@code csvVsBareCpu} is of 2 million rows
 * × 30 columns, {@code wideVsBareCpu} of 6,000 × 1,000: medians of the CPU seconds' ratios, process
 * start aside. {@code csvMemoryMib} is the largest resident memory of the first.
 */
public final class DataBench {
  private static final int TURNS = 3;
  private static final String HEAP = "-Xmx1200m";

  /** One pass, as {@link DataProbe} prints it. */
  private record Pass(double seconds, double mib, long rows) {}

  private final Path directory;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final Map<String, Object> details = new LinkedHashMap<>();

  private DataBench(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] args) throws Exception {
    new DataBench(Path.of(args[0]).resolve("data")).run();
  }

  private void run() throws Exception {
    Files.createDirectories(directory);
    Progress.say("2,000,000 rows of 30 columns");
    double memory = against("csv", 2_000_000, 30);
    figures.put("csvMemoryMib", memory);
    Progress.say("6,000 rows of 1,000 columns");
    against("wide", 6_000, 1_000);
    figures.put("details", details);
    System.out.println(new ObjectMapper().writeValueAsString(figures));
  }

  /** Returns the largest resident memory in MiB. */
  private double against(String name, int rows, int columns) throws Exception {
    Path file = table(name, rows, columns);
    Path description = description(name, columns);
    double[] ratios = new double[TURNS];
    List<Map<String, Object>> told = new ArrayList<>();
    double memory = 0;
    for (int turn = -1; turn < TURNS; turn++) { // the first warms the disk's cache
      Pass bare = pass("bare", file.toString());
      Pass ready = pass("ready", description.toString(), directory.toString());
      if (bare.rows() != rows || ready.rows() != rows) {
        throw new IllegalStateException(
            "%s rows: %s in the bare pass, %s ready".formatted(rows, bare.rows(), ready.rows()));
      }
      if (turn >= 0) {
        ratios[turn] = ready.seconds() / bare.seconds();
        memory = Math.max(memory, ready.mib());
        told.add(
            Map.of(
                "bareCpuSeconds", Figures.round(bare.seconds()),
                "readyCpuSeconds", Figures.round(ready.seconds()),
                "readyMib", ready.mib()));
      }
    }
    Samples all = new Samples(ratios);
    figures.put(name + "VsBareCpu", Figures.round(all.median()));
    details.put(name, told);
    Files.delete(file);
    return memory;
  }

  private static Pass pass(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DataProbe.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(arguments[0] + " failed: " + printed);
    }
    String[] fields = printed.split(" ", -1);
    return new Pass(
        Double.parseDouble(fields[0]), Double.parseDouble(fields[1]), Long.parseLong(fields[2]));
  }

  /** Laboratory values, as hospitals have them: whole numbers, one to three decimals, codes. */
  private Path table(String name, int rows, int columns) throws IOException {
    Path file = directory.resolve(name + ".csv");
    SplittableRandom random = new SplittableRandom(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int column = 0; column < columns; column++) {
        out.write("c" + column + ",");
      }
      out.write("ill\n");
      StringBuilder line = new StringBuilder();
      for (int row = 0; row < rows; row++) {
        line.setLength(0);
        for (int column = 0; column < columns - 1; column++) {
          switch (column % 3) {
            case 0 -> line.append(random.nextInt(120));
            case 1 -> line.append(random.nextInt(3000) / 10.0);
            default -> line.append(random.nextInt(200_000) / 1000.0);
          }
          line.append(',');
        }
        line.append(random.nextInt(1, 5)).append(',').append(random.nextInt(2)).append('\n');
        out.append(line);
      }
    }
    return file;
  }

  private Path description(String name, int columns) throws IOException {
    StringBuilder yaml = new StringBuilder(64 * columns);
    yaml.append("name: ").append(name).append('\n');
    yaml.append("data-class: synthetic\nsubject-regions: [eu]\nfiles: {train: ");
    yaml.append(name).append(".csv}\nstandardise: site\ncolumns:\n");
    for (int column = 0; column < columns - 1; column++) {
      String type = column % 3 == 0 ? "integer" : "number";
      yaml.append("  - {name: c").append(column).append(", type: ").append(type);
      yaml.append(", min: 0, max: 300}\n");
    }
    yaml.append("  - {name: c").append(columns - 1);
    yaml.append(", type: category, codes: [1, 2, 3, 4]}\n");
    yaml.append("  - {name: ill, type: integer, min: 0, max: 1}\n");
    yaml.append("label: {column: ill, rule: \">0\"}\nfeatures: [");
    for (int column = 0; column < columns; column++) {
      yaml.append(column == 0 ? "c" : ", c").append(column);
    }
    yaml.append("]\n");
    Path file = directory.resolve(name + ".yaml");
    Files.writeString(file, yaml);
    return file;
  }
}
