package org.concordat.agent.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * Reads the files of one description, each once, so that the digest covers the very bytes that were
 * parsed.
 */
final class Loader {
  private final DataSetDescription description;
  private final DataProblems problems;
  private final RowDecoder decoder;
  private final Map<String, DataFile> files = new LinkedHashMap<>();
  private final DataDigest digest = new DataDigest();
  private byte[] value = new byte[0];
  private final List<String> warnings = new ArrayList<>();

  Loader(DataSetDescription description) {
    this.description = description;
    this.problems = new DataProblems(description.showCells());
    this.decoder = new RowDecoder(description, problems);
  }

  /**
   * @throws InvalidDataException with every mistake found
   */
  Samples load(Path dataRoot) {
    DataRoot root = new DataRoot(dataRoot, problems);
    for (String name : description.files().names()) {
      DataFile file = root.find(name);
      if (file != null) {
        files.put(name, file);
      }
    }
    problems.throwIfAny(description.name());
    Samples samples = samples(description.files());
    value = digest.value();
    int least = description.table().standardise() ? 2 : 1;
    if (problems.isEmpty() && samples.train().rows() < least) {
      problems.add(
          Kind.TOO_FEW_ROWS,
          description.files().names().get(0),
          samples.train().rows() + " training rows are left, at least " + least + " are needed");
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
    return value.clone();
  }

  private Samples samples(FilesSpec spec) {
    if (spec instanceof FilesSpec.TrainAndTest parts) {
      Part train = Part.all(read(parts.train(), line -> true).samples());
      Part test =
          parts.test().isEmpty()
              ? Part.none()
              : Part.all(read(parts.test(), line -> true).samples());
      return new Samples(train, test);
    }
    if (spec instanceof FilesSpec.Assigned assigned) {
      return assigned(assigned);
    }
    return drawn((FilesSpec.Drawn) spec);
  }

  private RowDecoder.Decoding read(String name, IntPredicate used) {
    RowDecoder.Decoding decoding = decoder.new Decoding(file(name), used);
    decoding.read(digest, description.table().header());
    return decoding;
  }

  private DataFile file(String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  /** The split is read first and digested last: the digest has the files in their order. */
  private Samples assigned(FilesSpec.Assigned spec) {
    DataFile listed = file(spec.split());
    DataDigest alone = new DataDigest();
    SplitFile split = SplitFile.read(listed, alone, spec.site(), problems);
    RowDecoder.Decoding decoding = read(spec.all(), split::lists);
    if (!digest.addAgain(listed, alone)) {
      problems.add(Kind.UNREADABLE_FILE, spec.split(), "it was changed while it was read");
    }
    SampleRows samples = decoding.samples();
    split.check(spec.all(), decoding.lastLine(), samples);
    return new Samples(
        Part.of(samples, row -> !split.isTest(samples.line(row))),
        Part.of(samples, row -> split.isTest(samples.line(row))));
  }

  private Samples drawn(FilesSpec.Drawn spec) {
    SampleRows samples = read(spec.all(), line -> true).samples();
    int[] order = IntStream.range(0, samples.count()).toArray();
    SplittableRandom random = new SplittableRandom(spec.seed());
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    int test = (int) Math.round(spec.testFraction() * order.length);
    return new Samples(
        new Part(samples, Arrays.copyOfRange(order, test, order.length)),
        new Part(samples, Arrays.copyOf(order, test)));
  }
}
