package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.ModelSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that are as they should be. */
class DataSetTest {
  private static final String SPLIT_FILES =
      "files: {all: all.csv, split: split.csv, split-site: here}\n";

  @TempDir Path directory;
  private Toy toy;

  @BeforeEach
  void toy() throws IOException {
    toy = new Toy(directory);
  }

  @Test
  void expandsCategoriesInPlaceAndDropsRowsAsDeclared() {
    DataSet data = toy.load();

    assertThat(data.name()).isEqualTo("toy");
    assertThat(data.dataClass()).isEqualTo("pseudonymised-health");
    assertThat(data.subjectRegions()).containsExactly("eu");
    assertThat(data.inputs()).isEqualTo(4);
    assertThat(Rows.train(data).features())
        .isDeepEqualTo(new double[][] {{120, 0, 0, 60}, {130.5, 1, 0, 61}});
    assertThat(Rows.train(data).labels()).containsExactly(0, 1);
    assertThat(Rows.test(data).features()).isDeepEqualTo(new double[][] {{140, 0, 1, 59}});
    assertThat(Rows.test(data).labels()).containsExactly(1);
  }

  @Test
  void codesAreComparedAsNumbersAndCellsTrimmed() throws IOException {
    toy.rows("train.csv", Toy.HEADER + " 60.0 , 1.2e2,2.0,,0\n");
    assertThat(Rows.train(toy.load()).features()).isDeepEqualTo(new double[][] {{120, 1, 0, 60}});
  }

  @Test
  void columnsMayStandInAnyOrderUnderAHeader() throws IOException {
    toy.rows("train.csv", "\uFEFFill,age,note,pressure,pain\r\n1,50,\"a, b\",100,3\r\n");
    assertThat(Rows.train(toy.load()).features()).isDeepEqualTo(new double[][] {{100, 0, 1, 50}});
  }

  @Test
  void theTestFileMayBeAbsent() throws IOException {
    DataSet data = toy.describe(Toy.HEAD + "files: {train: train.csv}\n" + Toy.TABLE).load();
    assertThat(data.testRows()).isZero();
    assertThat(data.testFeatures(FloatType.FLOAT32).getRows()).isZero();
  }

  @Test
  void scalesByTheTrainingRowsOnly() throws IOException {
    toy.describe(Toy.HEAD + Toy.FILES + Toy.TABLE + "standardise: site\n");
    double[][] train = Rows.train(toy.load()).features();
    double[][] test = Rows.test(toy.load()).features();

    double deviation = Math.sqrt(0.5) + 1e-9;
    assertThat(train[0][3]).isCloseTo(-0.5 / deviation, within(1e-12));
    assertThat(test[0][3]).isCloseTo((59 - 60.5) / deviation, within(1e-12));
    assertThat(train[0][2]).as("constant in training").isZero();
    assertThat(test[0][2]).as("scaled by 1").isEqualTo(1);
    assertThat(toy.load().warnings())
        .singleElement()
        .asString()
        .contains("the same value in every training row: pain=3.");
  }

  @Test
  void aConstantOfAnySizeIsZero() throws IOException {
    toy.describe(
            Toy.HEAD
                + "files: {train: train.csv}\n"
                + Toy.TABLE.replace("max: 300", "max: 2e12")
                + "standardise: site\n")
        .rows(
            "train.csv",
            Toy.HEADER
                + "60,1234567890123.4,1,,0\n61,1234567890123.4,2,,1\n"
                + "62,1234567890123.4,3,,1\n63,1234567890123.4,1,,1\n");
    for (double[] row : Rows.train(toy.load()).features()) {
      assertThat(row[0]).isZero();
    }
  }

  /** A German or Swiss export: 152.400 may be one hundred and fifty-two thousand. */
  @Test
  void aColumnOfThreeDecimalsThroughoutIsAWarning() throws IOException {
    String rows = "60,120.500,1,,0\n61,130.250,2,,1\n62,99.125,3,,1\n";
    toy.rows("train.csv", Toy.HEADER + rows);
    assertThat(toy.load().warnings()).as("the test file has 140").isEmpty();
    toy.describe(Toy.HEAD + "files: {train: train.csv}\n" + Toy.TABLE);
    assertThat(toy.load().warnings())
        .singleElement()
        .asString()
        .contains("column 'pressure' has exactly three decimals")
        .doesNotContain("120");
  }

  @Test
  void aSplitFileChoosesLinesAndUnlistedRowsMayLackValues() throws IOException {
    toy.describe(Toy.HEAD + SPLIT_FILES + "header: false\n" + Toy.TABLE)
        .rows("all.csv", "60,120,1,,0\n?,120,?,,?\n62,90,3,,4\n63,91,1,,0\n")
        .rows("split.csv", "site,line,set,label\nhere,1,train,0\nhere,3,test,1\nthere,4,train,0\n");
    DataSet data = toy.load();

    assertThat(Rows.train(data).features()).isDeepEqualTo(new double[][] {{120, 0, 0, 60}});
    assertThat(Rows.test(data).features()).isDeepEqualTo(new double[][] {{90, 0, 1, 62}});
  }

  @Test
  void aFractionIsDrawnTheSameWayEachTime() throws IOException {
    StringBuilder rows = new StringBuilder(Toy.HEADER);
    for (int age = 0; age < 100; age++) {
      rows.append(age).append(",100,1,,").append(age % 2).append('\n');
    }
    toy.rows("all.csv", rows.toString());
    String yaml = Toy.HEAD + "files: {all: all.csv, test-fraction: 0.34, seed: %d}\n" + Toy.TABLE;

    DataSet first = toy.describe(yaml.formatted(1)).load();
    assertThat(first.trainRows()).isEqualTo(66);
    assertThat(first.testRows()).isEqualTo(34);
    assertThat(Rows.test(first).features()).isDeepEqualTo(Rows.test(toy.load()).features());
    DataSet other = toy.describe(yaml.formatted(2)).load();
    assertThat(Rows.test(other).features()).isNotEqualTo(Rows.test(first).features());
    assertThat(Arrays.stream(Rows.all(List.of(Rows.train(first), Rows.test(first))).features()))
        .extracting(row -> row[3])
        .doesNotHaveDuplicates()
        .hasSize(100);
  }

  @Test
  void theDigestCoversEachFileWithItsLengthInDeclaredOrder() throws Exception {
    MessageDigest expected = MessageDigest.getInstance("SHA-256");
    for (String name : List.of("train.csv", "test.csv")) {
      byte[] bytes = Files.readAllBytes(toy.root.resolve(name));
      expected.update(ByteBuffer.allocate(8).putLong(bytes.length).array());
      expected.update(bytes);
    }
    assertThat(toy.load().digest()).isEqualTo(expected.digest()).hasSize(32);
  }

  @Test
  void theDigestIsACopy() {
    DataSet data = toy.load();
    data.digest()[0]++;
    assertThat(data.digest()).isEqualTo(toy.load().digest());
  }

  @Test
  void theSchemaMayStandInAFileOfItsOwn() throws IOException {
    Files.writeString(directory.resolve("toy.schema.yaml"), Toy.TABLE);
    toy.describe(Toy.HEAD + Toy.FILES + "schema: toy.schema.yaml\n");
    assertThat(toy.load().trainRows()).isEqualTo(2);
  }

  @Test
  void threeClassesBecomeIndicators() throws IOException {
    String table = Toy.TABLE.replace("rule: \">0\"", "classes: [0, 1, 4]");
    toy.describe(
            Toy.HEAD
                + "files: {train: train.csv}\n"
                + table.replace("drop-rows: [pressure]", "drop-rows: []"))
        .rows("train.csv", Toy.HEADER + "60,120,1,,4\n61,130.5,2,,0.0\n");

    assertThat(Rows.array(toy.load().trainLabels(FloatType.FLOAT64, 3)))
        .isDeepEqualTo(new double[][] {{0, 0, 1}, {1, 0, 0}});
  }

  @Test
  void matricesAreInTheJobsFloatType() {
    var matrix = toy.load().trainFeatures(FloatType.FLOAT32);
    assertThat(matrix.getRows()).isEqualTo(2);
    assertThat(matrix.getColumns()).isEqualTo(4);
    assertThat(FloatVectors.decode(FloatType.FLOAT32, matrix.getValues(), 8, "m"))
        .containsExactly(120, 0, 0, 60, 130.5, 1, 0, 61);
  }

  @Test
  void aModelThatFitsIsAcceptedAndAnotherRefusedByNumbers() {
    DataSet data = toy.load();
    assertThat(data.misfit(job(4, 1))).isEmpty();
    assertThat(data.misfit(job(4, 2))).isEmpty();
    assertThat(data.misfit(job(5, 1))).contains("4 features per row").contains("5 inputs");
    assertThat(data.misfit(job(4, 3))).contains("2 classes").contains("3 outputs");
  }

  @Test
  void itsTextHoldsNoValue() {
    assertThat(toy.load().toString()).contains("toy", "2 training rows").doesNotContain("130.5");
  }

  private static JobSpec job(int inputs, int outputs) {
    return JobSpec.newBuilder()
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(inputs)
                .addLayers(DenseLayer.newBuilder().setUnits(outputs)))
        .build();
  }
}
