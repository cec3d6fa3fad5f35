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
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * A CSV file's rows, each cell trimmed and in the order of the declared columns, whatever the order
 * in the file.
 *
 * @param rows those with the right number of cells
 */
record CsvTable(String file, List<Row> rows) {
  /**
   * One row.
   *
   * @param line in the file, counted from 1
   */
  record Row(int line, List<String> cells) {}

  /** Parses a file; mistakes are noted, and the rows that can be used are returned. */
  static CsvTable parse(
      String file,
      byte[] bytes,
      char separator,
      boolean header,
      List<String> columns,
      DataProblems problems) {
    List<Row> rows = new ArrayList<>();
    try {
      List<Row> raw = read(bytes, separator);
      if (raw.size() < (header ? 2 : 1)) {
        problems.add(Kind.EMPTY_FILE, file, "it has no rows");
        return new CsvTable(file, rows);
      }
      List<String> inFile = header ? raw.get(0).cells() : columns;
      if (header && !headerFits(file, inFile, columns, problems)) {
        return new CsvTable(file, rows);
      }
      int[] places = columns.stream().mapToInt(inFile::indexOf).toArray();
      for (Row row : header ? raw.subList(1, raw.size()) : raw) {
        if (row.cells().size() == inFile.size()) {
          rows.add(new Row(row.line(), reorder(row.cells(), places)));
        } else {
          problems.add(
              Kind.WRONG_COLUMN_COUNT,
              file,
              row.line(),
              null,
              "the line has " + row.cells().size() + " cells, expected " + inFile.size());
        }
      }
    } catch (CharacterCodingException binary) {
      problems.add(Kind.NOT_UTF8, file, "it is not UTF-8 text");
    } catch (IOException malformed) {
      problems.add(
          Kind.NOT_CSV,
          file,
          "it is not CSV: a quote is not closed, or text follows a closing quote");
    }
    return new CsvTable(file, rows);
  }

  private static List<Row> read(byte[] bytes, char separator) throws IOException {
    CSVFormat format =
        CSVFormat.RFC4180.builder().setDelimiter(separator).setIgnoreEmptyLines(false).get();
    Reader reader =
        new InputStreamReader(
            new ByteArrayInputStream(bytes),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    List<Row> rows = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(reader, format)) {
      Iterator<CSVRecord> records = parser.iterator();
      int line = 1;
      while (records.hasNext()) {
        rows.add(new Row(line, trimmed(records.next())));
        line = (int) parser.getCurrentLineNumber() + 1;
      }
    } catch (UncheckedIOException failure) {
      throw failure.getCause() == null ? new IOException(failure) : failure.getCause();
    } catch (IllegalStateException failure) {
      throw new IOException(failure);
    }
    return rows;
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

  private static boolean headerFits(
      String file, List<String> header, List<String> columns, DataProblems problems) {
    boolean fits = true;
    for (String name : header) {
      if (header.indexOf(name) != header.lastIndexOf(name)) {
        problems.add(Kind.DUPLICATE_COLUMN, file, 1, name, "the header names it twice");
        fits = false;
      } else if (!columns.contains(name)) {
        problems.add(
            Kind.UNDECLARED_COLUMN,
            file,
            1,
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
