package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.InvalidDataException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A site's data under a description that fits. */
class TablesFuzzTest {
  private static Path directory;
  private static Path description;
  private static Path data;

  @BeforeAll
  static void makeFiles() throws IOException {
    directory = Files.createTempDirectory("tables");
    data = directory.resolve("rows.csv");
    description =
        Files.writeString(
            directory.resolve("data-set.yaml"),
            """
            format: 1
            name: fuzz
            data-class: public
            subject-regions: [de]
            files: {all: rows.csv, test-fraction: 0.5}
            columns:
              - {name: age, type: integer, min: 0, max: 120}
              - {name: weight, type: number}
              - {name: kind, type: category, codes: ["0", "1", x]}
              - {name: note, type: ignore}
              - {name: ill, type: integer}
            missing: {markers: ["?"], drop-rows: [weight]}
            label: {column: ill, rule: ">0"}
            features: [age, weight, kind]
            one-hot: {kind: ["0", "1"]}
            standardise: site
            """);
  }

  @AfterAll
  static void removeFiles() throws IOException {
    Files.deleteIfExists(data);
    Files.deleteIfExists(description);
    Files.deleteIfExists(directory);
  }

  @FuzzTest(maxDuration = "25s")
  void loads(byte[] rows) throws IOException {
    Files.write(data, rows);
    try {
      DataSet.load(description, directory);
    } catch (InvalidDataException named) {
      // Every mistake with file and line.
    }
  }
}
