package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small data set in a directory, to be spoiled by tests. */
final class Toy {
  static final String TABLE =
      """
      missing: {markers: ["?"], drop-rows: [pressure]}
      columns:
        - {name: age, type: integer, min: 0, max: 120}
        - {name: pressure, type: number, min: 40, max: 300}
        - {name: pain, type: category, codes: [1, 2, 3]}
        - {name: note, type: ignore}
        - {name: ill, type: integer, min: 0, max: 4}
      label: {column: ill, rule: ">0"}
      features: [pressure, pain, age]
      one-hot: {pain: [2, 3]}
      """;
  static final String HEAD =
      """
      name: toy
      data-class: pseudonymised-health
      subject-regions: [eu]
      """;
  static final String FILES = "files: {train: train.csv, test: test.csv}\n";
  static final String HEADER = "age,pressure,pain,note,ill\n";
  static final String GOOD = HEADER + "60,120,1,free text,0\n61,130.5,2,,1\n62,?,3,x,4\n";

  final Path directory;
  final Path root;
  final Path description;

  Toy(Path directory) throws IOException {
    this.directory = directory;
    this.root = Files.createDirectories(directory.resolve("rows"));
    this.description = directory.resolve("toy.yaml");
    describe(HEAD + FILES + TABLE);
    rows("train.csv", GOOD);
    rows("test.csv", HEADER + "59,140,3,,2\n");
  }

  Toy describe(String yaml) throws IOException {
    Files.writeString(description, yaml);
    return this;
  }

  Toy rows(String name, String text) throws IOException {
    Files.writeString(root.resolve(name), text);
    return this;
  }

  DataSet load() {
    return DataSet.load(description, root);
  }

  InvalidDataException refused() {
    return catchThrowableOfType(InvalidDataException.class, this::load);
  }
}
