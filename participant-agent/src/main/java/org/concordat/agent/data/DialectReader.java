package org.concordat.agent.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.concordat.config.Section;

/** Reads how a site's files are written. */
final class DialectReader {
  private enum Encoding {
    UTF_8(StandardCharsets.UTF_8),
    UTF_16(StandardCharsets.UTF_16),
    WINDOWS_1252(Charset.forName("windows-1252")),
    WINDOWS_1250(Charset.forName("windows-1250")),
    ISO_8859_1(StandardCharsets.ISO_8859_1),
    ISO_8859_2(Charset.forName("ISO-8859-2")),
    ISO_8859_15(Charset.forName("ISO-8859-15"));

    private final Charset charset;

    Encoding(Charset charset) {
      this.charset = charset;
    }
  }

  private enum Decimal {
    POINT,
    COMMA
  }

  private enum Thousands {
    NONE(Dialect.NO_GROUPS),
    POINT('.'),
    COMMA(','),
    SPACE(' '),
    NO_BREAK_SPACE('\u00a0'),
    NARROW_NO_BREAK_SPACE('\u202f'),
    APOSTROPHE('\'');

    private final char sign;

    Thousands(char sign) {
      this.sign = sign;
    }
  }

  private DialectReader() {}

  /**
   * @param ofTable the separator that holds where the dialect says none
   */
  static Dialect read(Section section, char ofTable) {
    Charset charset = section.choice("encoding", Encoding.class, Encoding.UTF_8).charset;
    char separator =
        section.has("separator")
            ? section.choice("separator", Separator.class, Separator.COMMA).sign()
            : ofTable;
    char decimal =
        section.choice("decimal", Decimal.class, Decimal.POINT) == Decimal.POINT ? '.' : ',';
    char thousands = section.choice("thousands", Thousands.class, Thousands.NONE).sign;
    if (thousands == decimal) {
      section.problem("thousands", "'thousands' and 'decimal' are the same sign: one can be meant");
    }
    section.done();
    return new Dialect(charset, separator, decimal, thousands);
  }
}
