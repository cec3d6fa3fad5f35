package org.concordat.agent.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * Reads the files of one description, each once, so that the digest covers the very bytes that were
 * parsed.
 */
final class Loader {
  private final DataSetDescription description;
  private final DataProblems problems;
  private final RowDecoder decoder;
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  Loader(DataSetDescription description) {
    this.description = description;
    this.problems = new DataProblems(description.showCells());
    this.decoder = new RowDecoder(description.table(), problems);
  }

  /**
   * @throws InvalidDataException with every mistake found
   */
  Samples load(Path dataRoot) {
    DataRoot root = new DataRoot(dataRoot, problems);
    for (String name : description.files().names()) {
      byte[] bytes = root.read(name);
      if (bytes != null) {
        files.put(name, bytes);
      }
    }
    problems.throwIfAny(description.name());
    files.forEach((name, bytes) -> HeapNeed.check(name, bytes, description.table(), problems));
    problems.throwIfAny(description.name());
    Samples samples = samples(description.files());
    int least = description.table().standardise() ? 2 : 1;
    if (problems.isEmpty() && samples.train().size() < least) {
      problems.add(
          Kind.TOO_FEW_ROWS,
          description.files().names().get(0),
          samples.train().size() + " training rows are left, at least " + least + " are needed");
    }
    problems.throwIfAny(description.name());
    warnings.addAll(decoder.warnings());
    if (description.table().standardise()) {
      standardise(samples);
    }
    return samples;
  }

  private void standardise(Samples samples) {
    List<String> names = description.table().inputNames();
    List<String> constant = samples.standardise().stream().map(names::get).toList();
    if (!constant.isEmpty()) {
      warnings.add(
          "the same value in every training row: "
              + String.join(", ", constant)
              + ". Such a feature is not scaled, and tells a model nothing");
    }
  }

  /** What is allowed, and looks like a mistake; no cells. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** As {@link DataDigest}, of the very bytes that were parsed. */
  byte[] digest() {
    DataDigest digest = new DataDigest();
    files.values().forEach(digest::add);
    return digest.value();
  }

  private Samples samples(FilesSpec spec) {
    if (spec instanceof FilesSpec.TrainAndTest parts) {
      List<Sample> test = parts.test().isEmpty() ? List.of() : all(parts.test());
      return new Samples(all(parts.train()), test);
    }
    if (spec instanceof FilesSpec.Assigned assigned) {
      return assigned(assigned);
    }
    return drawn((FilesSpec.Drawn) spec);
  }

  private List<Sample> all(String name) {
    RowDecoder.Decoding decoding = decoder.new Decoding(name, line -> true);
    read(name, decoding);
    return decoding.samples();
  }

  /** The line of the last row. */
  private int read(String name, RowDecoder.Decoding decoding) {
    CsvTable table = new CsvTable(name, decoder.columns(), problems, decoding);
    table.read(
        files.getOrDefault(name, new byte[0]),
        description.table().separator(),
        description.table().header());
    return table.lastLine();
  }

  private Samples assigned(FilesSpec.Assigned spec) {
    SplitFile split =
        SplitFile.read(
            spec.split(), files.getOrDefault(spec.split(), new byte[0]), spec.site(), problems);
    RowDecoder.Decoding decoding = decoder.new Decoding(spec.all(), split::lists);
    int last = read(spec.all(), decoding);
    List<Sample> samples = decoding.samples();
    split.check(spec.all(), last, samples);
    return new Samples(
        samples.stream().filter(sample -> !split.isTest(sample)).toList(),
        samples.stream().filter(split::isTest).toList());
  }

  private Samples drawn(FilesSpec.Drawn spec) {
    List<Sample> samples = all(spec.all());
    Sample[] order = samples.toArray(new Sample[0]);
    SplittableRandom random = new SplittableRandom(spec.seed());
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Sample swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    int test = (int) Math.round(spec.testFraction() * order.length);
    List<Sample> drawn = new ArrayList<>(Arrays.asList(order));
    return new Samples(
        List.copyOf(drawn.subList(test, drawn.size())), List.copyOf(drawn.subList(0, test)));
  }
}
