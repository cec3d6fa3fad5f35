package org.concordat.agent.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * Reads a CSV file row by row, each cell trimmed and in the order of the declared columns, whatever
 * the order in the file. No more than a row is held.
 */
final class CsvTable {
  /**
   * One row.
   *
   * @param line in the file, counted from 1
   */
  record Row(int line, List<String> cells) {}

  private final String file;
  private final List<String> columns;
  private final DataProblems problems;
  private final Consumer<Row> rows;
  private int lastLine;

  /**
   * @param columns as declared
   * @param rows told of each row with the right number of cells
   */
  CsvTable(String file, List<String> columns, DataProblems problems, Consumer<Row> rows) {
    this.file = file;
    this.columns = columns;
    this.problems = problems;
    this.rows = rows;
  }

  /** The line of the last row that could be used, 0 before there was one. */
  int lastLine() {
    return lastLine;
  }

  /** Reads a file; mistakes are noted. */
  void read(byte[] bytes, char separator, boolean header) {
    try (CSVParser parser = CSVParser.parse(reader(bytes), format(separator))) {
      Iterator<CSVRecord> records = parser.iterator();
      int line = 1;
      List<String> inFile = columns;
      if (header && records.hasNext()) {
        inFile = trimmed(records.next());
        line = (int) parser.getCurrentLineNumber() + 1;
      }
      if (!records.hasNext()) {
        problems.add(Kind.EMPTY_FILE, file, "it has no rows");
      } else if (!header || headerFits(inFile)) {
        int[] places = columns.stream().mapToInt(inFile::indexOf).toArray();
        while (records.hasNext()) {
          take(line, trimmed(records.next()), inFile.size(), places);
          line = (int) parser.getCurrentLineNumber() + 1;
        }
      }
    } catch (UncheckedIOException | IllegalStateException | IOException failure) {
      unreadable(failure);
    }
  }

  private void take(int line, List<String> cells, int width, int[] places) {
    if (cells.size() == width) {
      lastLine = line;
      rows.accept(new Row(line, reorder(cells, places)));
    } else {
      problems.add(
          Kind.WRONG_COLUMN_COUNT,
          file,
          line,
          null,
          "the line has " + cells.size() + " cells, expected " + width);
    }
  }

  private void unreadable(Exception failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof CharacterCodingException) {
        problems.add(Kind.NOT_UTF8, file, "it is not UTF-8 text: save it as UTF-8");
        return;
      }
    }
    problems.add(
        Kind.NOT_CSV,
        file,
        "it is not CSV: a quote is not closed, or text follows a closing quote");
  }

  private static CSVFormat format(char separator) {
    return CSVFormat.RFC4180.builder().setDelimiter(separator).setIgnoreEmptyLines(false).get();
  }

  private static Reader reader(byte[] bytes) {
    return new InputStreamReader(
        new ByteArrayInputStream(bytes),
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  private static List<String> trimmed(CSVRecord csv) {
    List<String> cells = new ArrayList<>(csv.size());
    for (String cell : csv) {
      cells.add(cell.startsWith("\uFEFF") ? cell.substring(1).strip() : cell.strip());
    }
    return cells;
  }

  private static List<String> reorder(List<String> cells, int[] places) {
    List<String> ordered = new ArrayList<>(places.length);
    for (int place : places) {
      ordered.add(cells.get(place));
    }
    return ordered;
  }

  private boolean headerFits(List<String> header) {
    if (columns.stream().noneMatch(header::contains)) {
      problems.add(
          Kind.MISSING_COLUMN,
          file,
          1,
          null,
          "the first line names none of the declared columns "
              + columns
              + ": is it a header (else say 'header: false'), and is the separator right?");
      return false;
    }
    boolean fits = true;
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      if (header.indexOf(name) != header.lastIndexOf(name)) {
        problems.header(Kind.DUPLICATE_COLUMN, file, i + 1, name, "the header names it twice");
        fits = false;
      } else if (!columns.contains(name)) {
        problems.header(
            Kind.UNDECLARED_COLUMN,
            file,
            i + 1,
            name,
            "the description does not declare it; declare it, if only as type ignore");
        fits = false;
      }
    }
    for (String name : columns) {
      if (!header.contains(name)) {
        problems.add(Kind.MISSING_COLUMN, file, 1, name, "the header does not name it");
        fits = false;
      }
    }
    return fits;
  }
}
