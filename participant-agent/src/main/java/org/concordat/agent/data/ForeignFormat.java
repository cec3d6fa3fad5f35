package org.concordat.agent.data;

import java.util.Arrays;
import java.util.Optional;
import org.concordat.agent.data.DataProblem.Kind;

/**
 * Formats that sites keep their tables in and that are not read: each is told by its first bytes.
 */
enum ForeignFormat {
  ZIP(Kind.NOT_CSV, "this is a ZIP archive or an Excel workbook: export as CSV", 'P', 'K', 3, 4),
  PARQUET(Kind.NOT_CSV, "this is Parquet: export as CSV", 'P', 'A', 'R', '1');

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

  /**
   * What a file is, if it is none that is read.
   *
   * @param begin its first bytes
   * @param end its last four bytes
   */
  static Optional<ForeignFormat> of(byte[] begin, byte[] end) {
    for (ForeignFormat format : values()) {
      if (format.begins(begin) && (format != PARQUET || Arrays.equals(end, PARQUET.start))) {
        return Optional.of(format); // a column may be called PAR1
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
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
