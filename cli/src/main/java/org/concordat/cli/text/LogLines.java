package org.concordat.cli.text;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** A record of the log: one line and, of a defect, its stack trace. */
final class LogLines extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

  @Override
  public String format(LogRecord record) {
    String line =
        TIME.format(record.getInstant().atZone(ZoneId.systemDefault()))
            + " "
            + record.getLevel().getLocalizedName()
            + " "
            + Printable.block(formatMessage(record))
            + System.lineSeparator();
    return record.getThrown() == null ? line : line + trace(record.getThrown());
  }

  static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return Printable.lines(text.toString());
  }
}
