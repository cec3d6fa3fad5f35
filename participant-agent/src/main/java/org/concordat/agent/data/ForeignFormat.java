package org.concordat.agent.data;

import java.util.Arrays;
import java.util.Optional;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * Formats that sites keep their tables in and that are not read: each is told by its first bytes.
 */
enum ForeignFormat {
  GZIP(Kind.NOT_CSV, "this is gzip: unpack it", 0x1f, 0x8b),
  ZIP(Kind.NOT_CSV, "this is a ZIP archive or an Excel workbook: export as CSV", 'P', 'K', 3, 4),
  PARQUET(Kind.NOT_CSV, "this is Parquet: export as CSV", 'P', 'A', 'R', '1'),
  UTF16_LITTLE(Kind.NOT_UTF8, "this is UTF-16 text: save it as UTF-8", 0xff, 0xfe),
  UTF16_BIG(Kind.NOT_UTF8, "this is UTF-16 text: save it as UTF-8", 0xfe, 0xff);

  private final Kind kind;
  private final String message;
  private final byte[] start;

  ForeignFormat(Kind kind, String message, int... start) {
    this.kind = kind;
    this.message = message;
    this.start = new byte[start.length];
    for (int i = 0; i < start.length; i++) {
      this.start[i] = (byte) start[i];
    }
  }

  /** What a file is, if it is none that is read. */
  static Optional<ForeignFormat> of(byte[] bytes) {
    for (ForeignFormat format : values()) {
      if (format.begins(bytes)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  Kind kind() {
    return kind;
  }

  /** What it is and what to do. */
  String message() {
    return message;
  }

  private boolean begins(byte[] bytes) {
    if (this == PARQUET && !endsAsItBegins(bytes)) {
      return false; // a column may be called PAR1
    }
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private boolean endsAsItBegins(byte[] bytes) {
    return bytes.length >= 2 * start.length
        && Arrays.equals(bytes, bytes.length - start.length, bytes.length, start, 0, start.length);
  }
}
