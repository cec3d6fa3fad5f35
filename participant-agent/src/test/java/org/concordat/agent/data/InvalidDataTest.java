package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.concordat.agent.data.DataProblem.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that do not fit their description: each is a named refusal with its place. */
class InvalidDataTest {
  @TempDir Path directory;
  private Toy toy;

  @BeforeEach
  void toy() throws IOException {
    toy = new Toy(directory);
  }

  static Stream<Arguments> spoiled() {
    String h = Toy.HEADER;
    return Stream.of(
        arguments(Kind.EMPTY_FILE, 0, "", ""),
        arguments(Kind.EMPTY_FILE, 0, h, "no rows"),
        arguments(Kind.DUPLICATE_COLUMN, 1, "age,age,pain,note,ill\n1,2,3,4,0\n", "'age'"),
        arguments(Kind.MISSING_COLUMN, 1, "age,pain,note,ill\n1,2,3,0\n", "'pressure'"),
        arguments(Kind.UNDECLARED_COLUMN, 1, "age,pressure,pain,note,ill,x\n1,90,2,3,0,0\n", "'x'"),
        arguments(Kind.WRONG_COLUMN_COUNT, 3, h + "60,120,1,,0\n60,120,1\n", "3 cells, expected 5"),
        arguments(Kind.WRONG_COLUMN_COUNT, 3, h + "60,120,1,,0\n\n61,120,1,,0\n", "1 cells"),
        arguments(
            Kind.NOT_A_NUMBER,
            2,
            h + "old,120,1,,0\n",
            "'age': expected a whole number from 0.0 to 120.0, got 'old'"),
        arguments(Kind.NOT_A_NUMBER, 2, h + "60,0x1p3,1,,0\n", "'pressure'"),
        arguments(Kind.NOT_A_NUMBER, 2, h + "60,1d,1,,0\n", "'pressure'"),
        arguments(Kind.NOT_FINITE, 2, h + "60,NaN,1,,0\n", "got 'NaN'"),
        arguments(Kind.NOT_FINITE, 2, h + "60,-inf,1,,0\n", "got '-inf'"),
        arguments(Kind.NOT_FINITE, 2, h + "60,1e999,1,,0\n", "got '1e999'"),
        arguments(Kind.NOT_AN_INTEGER, 2, h + "60.5,120,1,,0\n", "'age'"),
        arguments(Kind.NOT_AN_INTEGER, 2, h + "60.00000000000000000001,120,1,,0\n", "'age'"),
        arguments(Kind.NOT_AN_INTEGER, 2, h + "6E1,120,1,,0\n", "without an exponent, got '6E1'"),
        arguments(Kind.NOT_A_NUMBER, 2, h + "60,1\u00a0200,1,,0\n", "got '1U+00A0200'"),
        arguments(Kind.NOT_A_NUMBER, 2, h + "60,\u202f99,1,,0\n", "got 'U+202F99'"),
        arguments(Kind.OUT_OF_RANGE, 2, h + "121,120,1,,0\n", "from 0.0 to 120.0, got '121'"),
        arguments(Kind.UNKNOWN_CODE, 2, h + "60,120,4,,0\n", "one of the codes [1, 2, 3], got '4'"),
        arguments(Kind.MISSING_VALUE, 2, h + "?,120,1,,0\n", "'age'"),
        arguments(Kind.MISSING_VALUE, 2, h + "60,120,1,,\n", "'ill'"),
        arguments(Kind.NOT_CSV, 0, h + "60,120,1,\"open,0\n", "a quote"),
        arguments(Kind.TOO_FEW_ROWS, 0, h + "60,?,1,,0\n", "0 training rows"));
  }

  @ParameterizedTest
  @MethodSource("spoiled")
  void isRefusedByName(Kind kind, int line, String text, String says) throws IOException {
    InvalidDataException refused = toy.rows("train.csv", text).refused();

    assertThat(refused.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.kind()).isEqualTo(kind);
              assertThat(problem.file()).isEqualTo("train.csv");
              assertThat(problem.line()).isEqualTo(line);
              assertThat(problem.toString()).contains(says);
            });
  }

  @Test
  void aMissingFileIsNamedAndTheOthersAreStillLookedAt() throws IOException {
    Files.delete(toy.root.resolve("train.csv"));
    toy.rows("test.csv", "");
    assertThat(toy.refused().problems())
        .extracting(DataProblem::kind)
        .containsExactly(Kind.MISSING_FILE, Kind.EMPTY_FILE);
  }

  @Test
  void nothingOutsideTheDataRootIsRead() throws IOException {
    Files.writeString(directory.resolve("secret.csv"), Toy.GOOD);
    Files.createSymbolicLink(toy.root.resolve("link.csv"), directory.resolve("secret.csv"));
    for (String name :
        new String[] {"../secret.csv", directory + "/secret.csv", "link.csv", "../absent.csv"}) {
      toy.describe(Toy.HEAD + "files: {train: \"" + name + "\"}\n" + Toy.TABLE);
      assertThat(toy.refused().problems())
          .as(name)
          .singleElement()
          .extracting(DataProblem::kind)
          .isEqualTo(Kind.OUTSIDE_DATA_ROOT);
    }
  }

  @Test
  void aLinkInsideTheDataRootIsFollowed() throws IOException {
    Files.createSymbolicLink(toy.root.resolve("link.csv"), Path.of("train.csv"));
    toy.describe(Toy.HEAD + "files: {train: link.csv}\n" + Toy.TABLE);
    assertThat(toy.load().trainRows()).isEqualTo(2);
  }

  @Test
  void aDirectoryIsNoFile() throws IOException {
    Files.createDirectory(toy.root.resolve("sub"));
    toy.describe(Toy.HEAD + "files: {train: sub}\n" + Toy.TABLE);
    InvalidDataException refused = toy.refused();
    assertThat(refused.problems())
        .singleElement()
        .extracting(DataProblem::kind)
        .isEqualTo(Kind.UNREADABLE_FILE);
    assertThat(refused).hasMessageContaining("sub: it is a folder, and one file is taken: join");
  }

  @Test
  void aPatternIsNotExpandedAndTheMessageSaysSo() {
    assertThat(refusedFile("*.csv"))
        .hasMessageContaining("*.csv: there is no such file")
        .hasMessageContaining("patterns are not expanded, and one file is taken: join the files");
  }

  @Test
  void aFileOfAnotherFormatIsNamedWithTheWayOut() throws IOException {
    byte[] parquet = "PAR1 and so on PAR1".getBytes(StandardCharsets.US_ASCII);
    Files.write(toy.root.resolve("a.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
    Files.writeString(toy.root.resolve("no-mark.csv"), Toy.GOOD, StandardCharsets.UTF_16BE);
    Files.write(toy.root.resolve("a.xlsx"), new byte[] {'P', 'K', 3, 4, 20});
    Files.write(toy.root.resolve("a.parquet"), parquet);
    Files.writeString(toy.root.resolve("16.csv"), "\ufeff" + Toy.GOOD, StandardCharsets.UTF_16LE);
    Files.writeString(
        toy.root.resolve("1252.csv"),
        Toy.HEADER + "60,120,1,gr\u00fcn,0\n",
        StandardCharsets.ISO_8859_1);
    assertThat(refusedFile("a.gz")).hasMessageContaining("a.gz: it is gzip, and damaged");
    assertThat(refusedFile("a.xlsx")).hasMessageContaining("an Excel workbook: export as CSV");
    assertThat(refusedFile("a.parquet")).hasMessageContaining("this is Parquet: export as CSV");
    assertThat(refusedFile("16.csv"))
        .hasMessageContaining("this is UTF-16: save as UTF-8, or say 'encoding: utf-16'");
    assertThat(refusedFile("no-mark.csv")).hasMessageContaining("this is UTF-16: save as UTF-8");
    assertThat(refusedFile("1252.csv"))
        .hasMessageContaining("1252.csv:2: byte 39 is no UTF-8 text: it looks like Windows-1252")
        .hasMessageContaining("'encoding: windows-1252' under 'dialect'");
  }

  @Test
  void aColumnMayBeCalledAsParquetBegins() throws IOException {
    String table =
        Toy.TABLE.replace("name: age", "name: PAR1").replace("pain, age]", "pain, PAR1]");
    toy.describe(Toy.HEAD + Toy.FILES + table)
        .rows("train.csv", Toy.GOOD.replace("age", "PAR1"))
        .rows("test.csv", Toy.GOOD.replace("age", "PAR1"));
    assertThat(toy.load().trainRows()).isEqualTo(2);
  }

  @Test
  void aRangeThatIsNotDeclaredIsNotTold() throws IOException {
    String table = Toy.TABLE.replace("age, type: integer, min: 0, max: 120", "age, type: integer");
    toy.describe(Toy.HEAD + Toy.FILES + table).rows("train.csv", Toy.HEADER + "6E1,120,1,,0\n");
    assertThat(toy.refused())
        .hasMessageContaining("expected a whole number, without an exponent, got '6E1'");
    toy.describe(Toy.HEAD + Toy.FILES + Toy.TABLE.replace("min: 0, max: 120", "min: 0"));
    assertThat(toy.refused()).hasMessageContaining("a whole number from 0.0 on, without an exp");
  }

  private InvalidDataException refusedFile(String name) {
    try {
      toy.describe(Toy.HEAD + "files: {train: \"" + name + "\"}\n" + Toy.TABLE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return toy.refused();
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Files.write(toy.root.resolve("train.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, '\n'});
    assertThat(toy.refused().problems())
        .singleElement()
        .extracting(DataProblem::kind)
        .isEqualTo(Kind.NOT_UTF8);
  }

  @Test
  void aLabelOfNoClassIsRefused() throws IOException {
    String table = Toy.TABLE.replace("rule: \">0\"", "classes: [0, 1]");
    toy.describe(Toy.HEAD + Toy.FILES + table).rows("train.csv", Toy.HEADER + "60,120,1,,3\n");
    assertThat(toy.refused())
        .hasMessageContaining(
            "train.csv:2: column 'ill': expected one of the classes [0, 1], got '3'");
  }

  @Test
  void mistakesAreToldByCauseTheFirstFewAndTheirCount() throws IOException {
    toy.rows("train.csv", Toy.HEADER + "old,300.5,9,,7\n".repeat(30));
    InvalidDataException refused = toy.refused();
    assertThat(refused.found()).isEqualTo(120);
    assertThat(refused.problems()).as("three of each cause").hasSize(12);
    assertThat(refused.problems().get(11).message()).endsWith("(and 27 more like it)");
    assertThat(refused.problems().subList(0, 4))
        .extracting(DataProblem::kind)
        .containsExactly(
            Kind.NOT_A_NUMBER, Kind.OUT_OF_RANGE, Kind.UNKNOWN_CODE, Kind.OUT_OF_RANGE);
    assertThat(refused).hasMessageContaining("120 mistakes").hasMessageNotContaining("… and");
  }

  @Test
  void aCellIsCutAndNothingElseOfTheRowIsShown() throws IOException {
    toy.rows("train.csv", Toy.HEADER + "x".repeat(60) + "\t\u001b,117,1,Jane Doe,0\n");
    assertThat(toy.refused())
        .hasMessageContaining("'" + "x".repeat(40) + "…'")
        .hasMessageNotContaining("x".repeat(41))
        .hasMessageNotContaining("117")
        .hasMessageNotContaining("Jane");
  }

  @Test
  void cellsCanBeKeptOutOfMessages() throws IOException {
    toy.describe(Toy.HEAD + "errors-show-cells: false\n" + Toy.FILES + Toy.TABLE)
        .rows("train.csv", Toy.HEADER + "sensitive,120,1,,0\n");
    assertThat(toy.refused())
        .hasMessageNotContaining("sensitive")
        .hasMessageContaining("train.csv:2: column 'age'");
  }

  /** Without a header, the first row's cells stand where names are due. */
  @Test
  void cellsOfAMissingHeaderAreKeptOutOfMessages() throws IOException {
    toy.describe(Toy.HEAD + "errors-show-cells: false\n" + Toy.FILES + Toy.TABLE);
    toy.rows("train.csv", "sensitive,117,1,Jane,0\n60,120,1,,0\n");
    assertThat(toy.refused())
        .hasMessageContaining("names none of the declared columns")
        .hasMessageContaining("header: false")
        .hasMessageNotContaining("sensitive")
        .hasMessageNotContaining("Jane");
    toy.rows("train.csv", "age,pressure,pain,Jane Doe,ill\n60,120,1,,0\n");
    assertThat(toy.refused())
        .hasMessageContaining("column 4 of the header, not shown")
        .hasMessageNotContaining("Jane");
  }

  @Test
  void aHeaderCellIsCutAndWithoutControlCharacters() throws IOException {
    toy.rows("train.csv", "age,pressure,pain,\u001b[31m" + "n".repeat(300) + ",ill\n60,120,1,,0\n");
    assertThat(toy.refused())
        .hasMessageContaining("column '?[31m" + "n".repeat(35) + "…'")
        .hasMessageNotContaining("\u001b")
        .hasMessageNotContaining("n".repeat(36));
  }

  /** 9007199254740993 is no double: it would become ...992 without a word. */
  @Test
  void aWholeNumberThatADoubleCannotHoldIsRefused() throws IOException {
    String wide = Toy.TABLE.replace("min: 0, max: 120", "min: 0");
    toy.describe(Toy.HEAD + "files: {train: train.csv}\n" + wide)
        .rows("train.csv", Toy.HEADER + "9007199254740992,120,1,,0\n9007199254740993,120,1,,0\n");
    assertThat(toy.refused().problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Kind.OUT_OF_RANGE);
              assertThat(problem.line()).isEqualTo(3);
              assertThat(problem.toString()).contains("'age'").contains("2^53");
            });
  }

  @Test
  void rowsThatDoNotFitIntoTheHeapAreRefusedWithTheHeapThatTheyNeed() {
    DataFile file = new DataFile("rows.csv", toy.root.resolve("rows.csv"), 64 << 20, false);
    new HeapNeed(file, 4, () -> 100 << 20).check(1 << 16, 8 << 20);
    HeapNeed need = new HeapNeed(file, 4, () -> 100 << 20);
    assertThatThrownBy(() -> need.check(1 << 16, 1 << 20))
        .hasMessageContaining("its about 4194304 rows of 4 inputs need a heap of ")
        .hasMessageContaining("CONCORDAT_HEAP=");
    DataFile wide = new DataFile("wide.csv", toy.root.resolve("wide.csv"), 64 << 20, false);
    HeapNeed needOfWide = new HeapNeed(wide, 2000, () -> 100 << 20);
    assertThatThrownBy(() -> needOfWide.check(65, 1 << 19))
        .as("at the first block of a wide table")
        .hasMessageContaining("its about 8320 rows of 2000 inputs");
  }

  static Stream<Arguments> splits() {
    return Stream.of(
        arguments("site,line,set,label\nelsewhere,1,train,0\n", "no line of the site 'here'"),
        arguments("site,line,set,label\nhere,1,train,1\n", "its label of line 1"),
        arguments("site,line,set,label\nhere,9,train,1\n", "lists line 9"),
        arguments("site,line,set,label\nhere,1,train,0\nhere,1,test,0\n", "assigned twice"),
        arguments("site,line,set,label\nhere,0,train,0\n", "expected site"),
        arguments("site,line,set,label\nhere,1,validate,0\n", "expected site"));
  }

  @ParameterizedTest
  @MethodSource("splits")
  void aSplitThatDoesNotFitIsRefused(String split, String says) throws IOException {
    toy.describe(
            Toy.HEAD
                + "files: {all: all.csv, split: split.csv, split-site: here}\nheader: false\n"
                + Toy.TABLE)
        .rows("all.csv", "60,120,1,,0\n62,90,3,,4\n")
        .rows("split.csv", split);
    assertThat(toy.refused().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Kind.BAD_SPLIT);
              assertThat(problem.message()).contains(says);
            });
  }

  @Test
  void scalingNeedsTwoTrainingRows() throws IOException {
    toy.describe(Toy.HEAD + Toy.FILES + Toy.TABLE + "standardise: site\n")
        .rows("train.csv", Toy.HEADER + "60,120,1,,0\n");
    assertThat(toy.refused()).hasMessageContaining("1 training rows are left, at least 2");
  }
}
