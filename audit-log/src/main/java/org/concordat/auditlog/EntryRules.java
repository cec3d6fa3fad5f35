package org.concordat.auditlog;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The bounds of an entry's fields, the same as in the published schema. */
final class EntryRules {
  private static final String ALPHANUMERIC =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  static final boolean[] IDENTIFIER = allowed(ALPHANUMERIC + "._:/+=#-");
  static final boolean[] KEY = allowed(ALPHANUMERIC + "._-");
  static final boolean[] HEXADECIMAL = allowed("0123456789abcdef");

  /** Printable ASCII that JSON writes without an escape. */
  static final boolean[] PLAIN = allowed(plain());

  static final int MAX_IDENTIFIER_CHARS = 256;
  static final int MAX_KEY_CHARS = 64;
  static final int SHA256_DIGITS = 64;
  static final int MAX_PAIRS = 64;
  static final int MAX_VALUE_CHARS = 4096;

  /** The largest integer that every JSON reader keeps exact (RFC 7493 §2.2). */
  static final long MAX_INTEGER = (1L << 53) - 1;

  static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
  static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  private EntryRules() {}

  static void check(
      String id,
      Instant time,
      String actor,
      String subject,
      Optional<String> alliance,
      Optional<String> job,
      OptionalLong round,
      OptionalLong attempt,
      Map<String, String> details,
      Map<String, String> digests) {
    identifier("id", id);
    if (time.isBefore(FIRST) || !time.isBefore(END)) {
      throw new MalformedEntryException("time", "expected a time from the year 2000 to 9999");
    }
    identifier("actor", actor);
    identifier("subject", subject);
    alliance.ifPresent(name -> identifier("alliance", name));
    job.ifPresent(name -> identifier("job", name));
    round.ifPresent(number -> integer("round", number));
    attempt.ifPresent(number -> integer("attempt", number));
    if ((attempt.isPresent() && round.isEmpty()) || (round.isPresent() && job.isEmpty())) {
      throw new MalformedEntryException("round", "a round needs its job, and an attempt its round");
    }
    pairs("details", details);
    details.forEach(EntryRules::detail);
    pairs("digests", digests);
    digests.forEach(EntryRules::digest);
  }

  private static void identifier(String field, String value) {
    if (!fits(value, IDENTIFIER, 1, MAX_IDENTIFIER_CHARS)) {
      throw new MalformedEntryException(field, "expected 1 to 256 of A-Z a-z 0-9 . _ : / + = # -");
    }
  }

  private static void integer(String field, long value) {
    if (value < 0 || value > MAX_INTEGER) {
      throw new MalformedEntryException(field, value + " is not in 0 to 2^53-1");
    }
  }

  private static void pairs(String field, Map<String, String> pairs) {
    if (pairs.size() > MAX_PAIRS) {
      throw new MalformedEntryException(field, pairs.size() + " pairs, at most " + MAX_PAIRS);
    }
    for (String key : pairs.keySet()) {
      if (!fits(key, KEY, 1, MAX_KEY_CHARS)) {
        throw new MalformedEntryException(field, "a key is not 1 to 64 of A-Z a-z 0-9 . _ -");
      }
    }
  }

  private static void detail(String key, String value) {
    if (value.length() > MAX_VALUE_CHARS) {
      throw new MalformedEntryException(
          "details." + key, value.length() + " characters, at most " + MAX_VALUE_CHARS);
    }
    if (!isPrintable(value)) {
      throw new MalformedEntryException(
          "details." + key, "control characters or unpaired surrogates");
    }
  }

  private static String plain() {
    StringBuilder plain = new StringBuilder();
    for (char c = ' '; c <= '~'; c++) {
      if (c != '"' && c != '\\') {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static boolean[] allowed(String characters) {
    boolean[] table = new boolean[256]; // a byte each; the upper half has none
    characters.chars().forEach(c -> table[c] = true);
    return table;
  }

  /** Instead of a pattern: every entry that is read is checked, hundreds of thousands a second. */
  private static boolean fits(String text, boolean[] allowed, int atLeast, int atMost) {
    int length = text.length();
    if (length < atLeast || length > atMost) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= allowed.length || !allowed[c]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') { // anything but plain ASCII: look closer
        return text.codePoints().noneMatch(EntryRules::unprintable);
      }
    }
    return true;
  }

  static String printable(String text) {
    StringBuilder cleaned = new StringBuilder();
    text.codePoints()
        .limit(MAX_VALUE_CHARS)
        .map(codePoint -> unprintable(codePoint) ? ' ' : codePoint)
        .takeWhile(
            codePoint -> cleaned.length() + Character.charCount(codePoint) <= MAX_VALUE_CHARS)
        .forEachOrdered(cleaned::appendCodePoint);
    return cleaned.toString();
  }

  private static boolean unprintable(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }

  private static void digest(String key, String value) {
    if (!fits(value, HEXADECIMAL, SHA256_DIGITS, SHA256_DIGITS)) {
      throw new MalformedEntryException(
          "digests." + key, "expected 64 lower-case hexadecimal digits");
    }
  }
}
