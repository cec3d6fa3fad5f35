package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as programs of several countries write them: read as they are meant, or told in words. */
class DialectTest {
  private static final String TRAIN = "files: {train: train.csv}\n";
  private static final double[][] MEANT = {{120, 0, 0, 60}, {130.5, 1, 0, 61}};

  @TempDir Path directory;
  private Toy toy;

  @BeforeEach
  void toy() throws IOException {
    toy = new Toy(directory);
  }

  private double[][] features(String dialect, byte[] file) throws IOException {
    toy.describe(Toy.HEAD + TRAIN + dialect + Toy.TABLE);
    Files.write(toy.root.resolve("train.csv"), file);
    return Rows.train(toy.load()).features();
  }

  private double[][] features(String dialect, String text) throws IOException {
    return features(dialect, text.getBytes(StandardCharsets.UTF_8));
  }

  private String refused(String dialect, String text) throws IOException {
    toy.describe(Toy.HEAD + TRAIN + dialect + Toy.TABLE).rows("train.csv", text);
    return String.valueOf(toy.refused().getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, utf-8",
    "UTF-16, utf-16",
    "UTF-16LE, utf-16",
    "UTF-16BE, utf-16",
    "windows-1252, windows-1252",
    "ISO-8859-15, iso-8859-15",
    "ISO-8859-2, iso-8859-2"
  })
  void anEncodingThatIsSaidIsRead(String charset, String said) throws IOException {
    byte[] file = Toy.GOOD.replace("free text", "für \"é\"").getBytes(Charset.forName(charset));
    assertThat(features("dialect: {encoding: " + said + "}\n", file)).isDeepEqualTo(MEANT);
  }

  @Test
  void aByteOrderMarkBeforeAQuotedNameIsDropped() throws IOException {
    assertThat(features("", "\ufeff\"age\",pressure,pain,note,ill\n60,120,1,,0\n61,130.5,2,,1\n"))
        .isDeepEqualTo(MEANT);
  }

  @Test
  void gzipIsUnpackedAndItsDigestIsTheFiles() throws IOException {
    Path file = toy.root.resolve("train.csv");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(Toy.GOOD.getBytes(StandardCharsets.UTF_8));
    }
    byte[] packed = Files.readAllBytes(file);
    assertThat(features("", packed)).isDeepEqualTo(MEANT);
    assertThat(toy.load().digest()).isEqualTo(DataDigest.ofFiles(List.of(file)).orElseThrow());
    byte[] cut = Arrays.copyOf(packed, packed.length - 12);
    Files.write(file, cut);
    assertThat(toy.refused()).hasMessageContaining("it is gzip, and damaged");
  }

  /** As `cat a.gz b.gz` and bgzip write it. */
  @Test
  void everyMemberOfAGzipFileIsReadOrItIsRefused() throws IOException {
    Path file = toy.root.resolve("train.csv");
    byte[] first = gzip(Toy.HEADER + "60,120,1,,0\n");
    byte[] second = gzip("61,130.5,2,,1\n");
    assertThat(features("", joined(first, second))).isDeepEqualTo(MEANT);
    for (int cut : new int[] {1, 7, second.length - 4}) {
      Files.write(file, joined(first, Arrays.copyOf(second, cut)));
      assertThat(toy.refused()).as("%s bytes", cut).hasMessageContaining("gzip, and damaged");
    }
    second[0] = 'x';
    Files.write(file, joined(first, second));
    assertThat(toy.refused()).hasMessageContaining("it is gzip, and damaged");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void aRowWithoutEndIsRefused() throws IOException {
    assertThat(refused("", Toy.HEADER + "1,".repeat(70_000)))
        .contains("the row at line 2 has more than 65536 cells");
    assertThat(refused("", "sep=\"\n" + Toy.GOOD)).contains("names none of the declared columns");
    assertThat(refused("", "sep=\n" + Toy.GOOD)).contains("names none of the declared columns");
  }

  @Test
  void columnsThatDifferInCaseAloneAreTwo() throws IOException {
    String table = Toy.TABLE.replace("{name: note,", "{name: Age,");
    toy.describe(Toy.HEAD + TRAIN + table)
        .rows("train.csv", Toy.GOOD.replace("age,pressure,pain,note", "age,pressure,pain,Age"));
    assertThat(Rows.train(toy.load()).features()).isDeepEqualTo(MEANT);
  }

  @Test
  void aSeparatorLineOfExcelIsTakenAndLinesAreCountedWithIt() throws IOException {
    String text = "sep=;\r\n" + Toy.GOOD.replace(',', ';').replace("\n", "\r\n");
    assertThat(features("", text)).isDeepEqualTo(MEANT);
    assertThat(refused("", text.replace("61;", "x;"))).contains("train.csv:4: column 'age'");
  }

  @Test
  void aSiteMaySayAnotherSeparatorThanTheTable() throws IOException {
    assertThat(features("dialect: {separator: tab}\n", Toy.GOOD.replace(',', '\t')))
        .isDeepEqualTo(MEANT);
  }

  @Test
  void aDecimalCommaIsReadWhereItIsSaid() throws IOException {
    String text = Toy.GOOD.replace(',', ';').replace("130.5", "130,5");
    assertThat(features("dialect: {separator: semicolon, decimal: comma}\n", text))
        .isDeepEqualTo(MEANT);
  }

  @Test
  void aDecimalCommaThatIsNotSaidIsToldOnceForAColumn() throws IOException {
    String rows = "60;120,5;1;;0\n".repeat(9);
    assertThat(refused("dialect: {separator: semicolon}\n", Toy.HEADER.replace(',', ';') + rows))
        .contains("9 mistakes")
        .containsOnlyOnce("column 'pressure'")
        .contains("the cells have a decimal comma: say 'decimal: comma' under 'dialect'")
        .contains("such as '120,5' (and 8 more like it)");
  }

  @Test
  void aDecimalPointIsNoGroupAndNoDecimalWhereTheCommaIs() throws IOException {
    assertThat(
            refused(
                "dialect: {separator: semicolon, decimal: comma}\n",
                Toy.GOOD.replace(',', ';').replace("130.5", "130.500")))
        .contains("the cells have a decimal point");
  }

  @ParameterizedTest
  @CsvSource({
    "1.200, POINT, 1200",
    "12.00, POINT, -1",
    "1.2000, POINT, -1",
    ".200, POINT, -1",
    "1 200, SPACE, 1200",
    "1200, SPACE, 1200",
    "1'200'000, APOSTROPHE, 1200000",
    "1'200, NONE, -1"
  })
  void groupsOfThreeAreReadWhereTheyAreSaid(String cell, String sign, double meant)
      throws IOException {
    String table = Toy.TABLE.replace("min: 40, max: 300", "min: 0");
    String dialect =
        "dialect: {separator: semicolon, decimal: comma, thousands: %s}\n"
            .formatted(sign.toLowerCase(Locale.ROOT));
    toy.describe(Toy.HEAD + TRAIN + dialect + table)
        .rows("train.csv", Toy.HEADER.replace(',', ';') + "60;" + cell + ";1;;0\n");
    if (meant < 0) {
      assertThat(toy.refused()).hasMessageContaining("'pressure'").hasMessageContaining(cell);
    } else {
      assertThat(Rows.train(toy.load()).features()[0][0]).isEqualTo(meant);
    }
  }

  @Test
  void quotedLineBreaksAreCounted() throws IOException {
    assertThat(features("", Toy.GOOD.replace("free text", "\"two\nlines, \"\"quoted\"\"\"")))
        .isDeepEqualTo(MEANT);
    assertThat(refused("", Toy.HEADER + "60,120,1,\"a\n\nb\",0\nx,120,1,,0\n"))
        .contains("train.csv:5: column 'age'");
  }

  @Test
  void blankLinesAtTheEndAreNoRows() throws IOException {
    assertThat(features("", Toy.GOOD + "\n\r\n   \n")).isDeepEqualTo(MEANT);
    assertThat(features("", "\r\n" + Toy.GOOD)).isDeepEqualTo(MEANT);
  }

  @Test
  void aQuoteThatIsNeverClosedTakesNothingIn() throws IOException {
    assertThat(refused("", Toy.HEADER + "60,120,1,,\"0\n61,130,2,,1\n")).contains("a quote is not");
    assertThat(refused("", Toy.HEADER + "60,120,1,,\"0\"\"")).contains("a quote is not closed");
    assertThat(features("", Toy.GOOD.strip() + "\n63,?,1,,\"0\"")).isDeepEqualTo(MEANT);
  }

  @Test
  void oneCauseIsOneMessage() throws IOException {
    assertThat(refused("", Toy.HEADER.replace(',', ';') + "60;120;1;;0\n"))
        .contains("1 mistake:")
        .contains("one column found; is the separator semicolon?");
    assertThat(refused("", Toy.HEADER + "60,120,1,,0,\n".repeat(5)))
        .contains("1 mistake:")
        .contains("all 5 lines have one empty cell more than the header");
    assertThat(refused("", "Age,Pressure,pain,note,ill\n60,120,1,,0\n"))
        .contains("1 mistake:")
        .contains("column 'Age': did you mean 'age'? So in 1 more");
    assertThat(refused("", "," + Toy.HEADER + "0,60,120,1,,0\n"))
        .contains("1 mistake:")
        .contains("column 1 has no name (an index column");
  }

  @Test
  void aDialectThatCannotBeIsRefused() throws IOException {
    toy.describe(Toy.HEAD + TRAIN + "dialect: {decimal: comma, thousands: comma}\n" + Toy.TABLE);
    assertThat(catchThrowable(toy::load))
        .hasMessageContaining("'thousands' and 'decimal' are the same sign");
  }

  /** Consents of before there were dialects still hold. */
  @Test
  void thePlainDialectChangesNothingInHowADataSetIsRead() throws IOException {
    String plain = toy.load().reading().hex();
    toy.describe(Toy.HEAD + "dialect: {encoding: utf-8}\n" + Toy.FILES + Toy.TABLE);
    assertThat(toy.load().reading().hex()).isEqualTo(plain);
    toy.describe(Toy.HEAD + "dialect: {thousands: space}\n" + Toy.FILES + Toy.TABLE);
    assertThat(toy.load().reading().hex()).isNotEqualTo(plain);
  }
}
