package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Goes over the bytes of an entry in the one canonical form that it has. What it does not take, a
 * text beyond ASCII for one, may be an entry all the same: that is for the parser. Not thread-safe.
 */
class CanonicalCursor {
  /** Thrown once, without a trace: most entries that get here are fine for the parser. */
  static final class NotPlain extends Exception {
    private static final long serialVersionUID = 1L;
    static final NotPlain INSTANCE = new NotPlain();

    private NotPlain() {
      super("not plain", null, false, false);
    }
  }

  private static final int SECONDS_A_DAY = 86_400;
  private static final int MAX_DIGITS = 16;
  private static final byte[] NONE = {};

  private byte[] in = NONE;
  private int at;
  private int end;

  /** Goes on with the bytes [from, to). */
  final void begin(byte[] bytes, int from, int to) {
    in = bytes;
    at = from;
    end = to;
  }

  final byte[] in() {
    return in;
  }

  /** Where it is. */
  final int at() {
    return at;
  }

  final void requireEnd() throws NotPlain {
    if (at != end) {
      throw NotPlain.INSTANCE;
    }
  }

  final boolean take(String expected) {
    int length = expected.length();
    if (end - at < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in[at + i] != expected.charAt(i)) {
        return false;
      }
    }
    at += length;
    return true;
  }

  final void expect(String expected) throws NotPlain {
    if (!take(expected)) {
      throw NotPlain.INSTANCE;
    }
  }

  final void expect(char expected) throws NotPlain {
    if (at == end || in[at] != expected) {
      throw NotPlain.INSTANCE;
    }
    at++;
  }

  final int next() throws NotPlain {
    if (at == end) {
      throw NotPlain.INSTANCE;
    }
    return in[at++];
  }

  /** Passes over characters of a table, so many of them. */
  final void pass(boolean[] allowed, int atLeast, int atMost) throws NotPlain {
    byte[] bytes = in;
    int from = at;
    int most = Math.min(end, from + atMost);
    int i = from;
    while (i < most && allowed[bytes[i] & 0xff]) {
      i++;
    }
    if (i - from < atLeast) {
      throw NotPlain.INSTANCE;
    }
    at = i;
  }

  /** Passes over printable ASCII that needs no escape, up to the quote. */
  final void passText(int atMost) throws NotPlain {
    pass(EntryRules.PLAIN, 0, atMost);
    expect('"');
  }

  /** Printable ASCII; of escapes only those that RFC 8785 §3.2.2.2 has for it. */
  final String text() throws NotPlain {
    expect('"');
    int from = at;
    boolean escaped = false;
    for (int c = next(); c != '"'; c = next()) {
      if (c < ' ' || c > '~') {
        throw NotPlain.INSTANCE;
      }
      if (c == '\\') {
        int what = next();
        if (what != '"' && what != '\\') {
          throw NotPlain.INSTANCE;
        }
        escaped = true;
      }
    }
    String text = new String(in, from, at - 1 - from, StandardCharsets.ISO_8859_1);
    return escaped ? unescaped(text) : text;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain.append(c == '\\' ? text.charAt(++i) : c);
    }
    return plain.toString();
  }

  /** A whole number of at most 16 digits, without leading zeroes. */
  final long number() throws NotPlain {
    int from = at;
    long value = 0;
    while (at < end && in[at] >= '0' && in[at] <= '9' && at - from < MAX_DIGITS) {
      value = 10 * value + in[at++] - '0';
    }
    if (at == from || (in[from] == '0' && at - from > 1)) {
      throw NotPlain.INSTANCE;
    }
    return value;
  }

  /**
   * As {@link java.time.Instant#toString} writes it: milliseconds only where there are any.
   *
   * @return milliseconds since 1970
   */
  final long time() throws NotPlain {
    int year = digits(4);
    expect('-');
    int month = digits(2);
    expect('-');
    int day = digits(2);
    expect('T');
    int hour = digits(2);
    expect(':');
    int minute = digits(2);
    expect(':');
    int second = digits(2);
    int millis = 0;
    if (at < end && in[at] == '.') {
      at++;
      millis = digits(3);
      if (millis == 0) {
        throw NotPlain.INSTANCE;
      }
    }
    expect('Z');
    if (hour > 23 || minute > 59 || second > 59) {
      throw NotPlain.INSTANCE;
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      return 1000 * (days * SECONDS_A_DAY + hour * 3600L + minute * 60L + second) + millis;
    } catch (DateTimeException noSuchDay) {
      throw NotPlain.INSTANCE;
    }
  }

  private int digits(int count) throws NotPlain {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = next() - '0';
      if (digit < 0 || digit > 9) {
        throw NotPlain.INSTANCE;
      }
      value = 10 * value + digit;
    }
    return value;
  }
}
