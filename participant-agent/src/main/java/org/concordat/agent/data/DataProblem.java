package org.concordat.agent.data;

import org.jspecify.annotations.Nullable;

/**
 * One reason why a data set is refused.
 *
 * @param kind what is wrong, for programs
 * @param file as the description names it
 * @param line counted from 1; 0 where the whole file is meant
 * @param column its declared name, or null where the whole line is meant
 * @param message what is wrong and what was expected; of the record it holds at most the offending
 *     cell, cut to 40 characters
 */
public record DataProblem(
    Kind kind, String file, int line, @Nullable String column, String message) {
  /** What is wrong. */
  public enum Kind {
    MISSING_FILE,
    UNREADABLE_FILE,
    OUTSIDE_DATA_ROOT,
    FILE_TOO_LARGE,
    EMPTY_FILE,
    NOT_UTF8,
    NOT_CSV,
    DUPLICATE_COLUMN,
    MISSING_COLUMN,
    UNDECLARED_COLUMN,
    WRONG_COLUMN_COUNT,
    MISSING_VALUE,
    NOT_A_NUMBER,
    NOT_FINITE,
    NOT_AN_INTEGER,
    OUT_OF_RANGE,
    UNKNOWN_CODE,
    UNKNOWN_CLASS,
    BAD_SPLIT,
    TOO_FEW_ROWS
  }

  @Override
  public String toString() {
    String where = line == 0 ? file : file + ":" + line;
    return "%s: %s%s [%s]"
        .formatted(where, column == null ? "" : "column '" + column + "': ", message, kind);
  }
}
