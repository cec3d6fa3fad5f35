package org.concordat.agent.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How one site's files are written; members of an alliance share a table's columns, not this.
 *
 * @param charset of the text; a byte order mark is dropped
 * @param separator between cells
 * @param decimal the sign before the decimals, a point or a comma
 * @param thousands the sign between groups of three digits; {@link #NO_GROUPS} where there is none
 */
record Dialect(Charset charset, char separator, char decimal, char thousands) {
  static final char NO_GROUPS = 0;

  /** UTF-8, and numbers as programs write them. */
  static Dialect plain(char separator) {
    return new Dialect(StandardCharsets.UTF_8, separator, '.', NO_GROUPS);
  }
}
