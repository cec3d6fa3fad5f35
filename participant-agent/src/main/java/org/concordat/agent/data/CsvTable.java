package org.concordat.agent.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.function.Consumer;
import org.concordat.agent.data.DataProblem.Kind;
import org.concordat.agent.data.Text.UnreadTextException;

/**
 * Reads a CSV file (RFC 4180, any separator) row by row. No more than a row is held. Blank lines at
 * the end are no rows; a first line {@code sep=;}, which Excel writes, says the separator.
 */
final class CsvTable {
  /**
   * Stands behind the text as its last row: a quote that is never closed would take it in, and
   * whatever is read after it was taken in.
   */
  private static final String END = "\u0001end of the text\u0001";

  private static final String NOT_CLOSED =
      "it is not CSV: a quote is not closed, or text follows a closing quote";

  /** Of {@code sep=;} and the line's end. */
  private static final int SEP_CHARS = 6;

  private static final int MAX_FIELD_CHARS = 1 << 24;

  private final DataFile file;
  private final Dialect dialect;
  private final Header header;
  private final DataProblems problems;
  private int lastLine;
  private long rows;

  /**
   * @param columns as declared
   */
  CsvTable(DataFile file, Dialect dialect, List<String> columns, DataProblems problems) {
    this.file = file;
    this.dialect = dialect;
    this.header = new Header(file.name(), columns, problems);
    this.problems = problems;
  }

  /** The line of the last row that could be used, 0 before there was one. */
  int lastLine() {
    return lastLine;
  }

  /**
   * Reads the file to its end; mistakes are noted.
   *
   * @param digest takes in the file's bytes
   * @param named whether the first row names the columns; else they come as declared
   * @param taken told of each row with the right number of cells; the row is filled anew for the
   *     next one
   */
  void read(DataDigest digest, boolean named, Consumer<Row> taken) {
    try (Reader text = Text.reader(file.text(digest), dialect.charset())) {
      if (!named) {
        header.asDeclared();
      }
      rows(text, named, taken);
      header.tellMisfits(rows);
    } catch (UnreadTextException otherwise) {
      problems.add(Kind.NOT_UTF8, file.name(), String.valueOf(otherwise.getMessage()));
    } catch (CsvParseException
        | Row.TooLongException
        | UncheckedIOException
        | IOException failure) {
      unreadable(failure);
    }
  }

  private void rows(Reader text, boolean named, Consumer<Row> taken) throws IOException {
    PushbackReader begin = new PushbackReader(new Ended(text), SEP_CHARS);
    char told = separatorLine(begin);
    char separator = told == 0 ? dialect.separator() : told;
    boolean begun = !named;
    boolean ended = false;
    int blanks = 0;
    try (CsvReader<Row> records = reader(new Filler(told == 0 ? 0 : 1), separator, begin)) {
      for (Row row : records) {
        if (ended) {
          problems.add(Kind.NOT_CSV, file.name(), row.line(), null, NOT_CLOSED);
          return;
        }
        ended = row.size() == 1 && row.is(0, END);
        if (row.size() == 1 && row.isEmpty(0)) {
          blanks++;
        } else if (!ended && begun) {
          int line = row.line();
          for (; blanks > 0; blanks--) {
            takeBlank(line - blanks, taken);
          }
          take(row, taken);
        } else if (!ended) {
          begun = header.read(row, separator);
          blanks = 0;
          if (!begun) {
            return;
          }
        }
      }
    }
    if (!ended) {
      problems.add(Kind.NOT_CSV, file.name(), NOT_CLOSED);
    } else if (rows == 0) {
      problems.add(Kind.EMPTY_FILE, file.name(), "it has no rows");
    }
  }

  /** The sign that a first line {@code sep=;} names, and 0 where there is no such line. */
  private static char separatorLine(PushbackReader text) throws IOException {
    char[] begin = new char[SEP_CHARS];
    int read = 0;
    while (read < SEP_CHARS) {
      int more = text.read(begin, read, SEP_CHARS - read);
      if (more < 0) {
        break;
      }
      read += more;
    }
    String line = new String(begin, 0, read);
    boolean told =
        read == SEP_CHARS
            && line.startsWith("sep=")
            && Separator.isOne(begin[4])
            && "\r\n".indexOf(begin[5]) >= 0;
    if (!told) {
      text.unread(begin, 0, read);
      return 0;
    }
    int next = begin[5] == '\r' ? text.read() : '\n';
    if (next != '\n') {
      text.unread(next);
    }
    return begin[4];
  }

  private static CsvReader<Row> reader(Filler filler, char separator, Reader text) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .skipEmptyLines(false)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .maxBufferSize(MAX_FIELD_CHARS)
        .build(filler, text);
  }

  private void take(Row row, Consumer<Row> taken) {
    rows++;
    if (row.size() == header.width()) {
      lastLine = row.line();
      row.arrange(header.places());
      taken.accept(row);
    } else {
      header.misfit(row);
    }
  }

  /** A cell without a value where the table has one column; else a line that is none. */
  private void takeBlank(int line, Consumer<Row> taken) {
    Row blank = new Row();
    blank.begin(line);
    blank.add(new char[0], 0, 0);
    take(blank, taken);
  }

  private void unreadable(Exception failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof CharacterCodingException) {
        Text.noteBadPlace(file, dialect.charset(), problems);
        return;
      }
      if (at instanceof Row.TooLongException) {
        problems.add(Kind.NOT_CSV, file.name(), String.valueOf(at.getMessage()));
        return;
      }
      if (at instanceof IOException && !(at instanceof CharacterCodingException)) {
        problems.add(
            Kind.UNREADABLE_FILE,
            file.name(),
            file.packed()
                ? "it is gzip, and damaged: pack it again"
                : "it cannot be read (" + at.getClass().getSimpleName() + "): try again");
        return;
      }
    }
    problems.add(Kind.NOT_CSV, file.name(), NOT_CLOSED);
  }

  /** Puts the parser's cells into one row. */
  private static final class Filler extends AbstractBaseCsvCallbackHandler<Row> {
    private final Row row = new Row();
    private final int skipped;

    /**
     * @param skipped lines before the parser's first
     */
    Filler(int skipped) {
      this.skipped = skipped;
    }

    @Override
    protected void handleBegin(long startingLine) {
      row.begin((int) startingLine + skipped);
    }

    @Override
    protected void handleField(int index, char[] chars, int offset, int length, boolean quoted) {
      row.add(chars, offset, length);
    }

    @Override
    protected void handleEmpty() {
      row.add(new char[0], 0, 0);
    }

    @Override
    protected Row buildRecord() {
      return row;
    }
  }

  /** A text, and {@link #END} in a row of its own. */
  private static final class Ended extends Reader {
    private final Reader text;
    private final Reader end = new StringReader("\n" + END + "\n");
    private boolean over;

    Ended(Reader text) {
      this.text = text;
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
      int read = over ? -1 : text.read(chars, offset, length);
      over |= read < 0;
      return over ? end.read(chars, offset, length) : read;
    }

    @Override
    public void close() throws IOException {
      text.close();
    }
  }
}
