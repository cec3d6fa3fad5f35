package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the one canonical form of an entry, byte by byte, in a tenth of the time of a JSON parser
 * and a comparison. It takes nothing that is not canonical; what it does not take, a text beyond
 * ASCII for one, it leaves to the parser, which also says what is wrong.
 */
final class CanonicalReader {
  /** Thrown once, without a trace: most entries that get here are fine for the parser. */
  private static final class NotPlain extends Exception {
    private static final long serialVersionUID = 1L;
    private static final NotPlain INSTANCE = new NotPlain();

    private NotPlain() {
      super("not plain", null, false, false);
    }
  }

  private static final int SECONDS_A_DAY = 86_400;
  private static final int MAX_DIGITS = 16;
  private static final Map<String, EntryType> TYPES = new HashMap<>();
  private static final Map<String, EntryOutcome> OUTCOMES = new HashMap<>();

  static {
    for (EntryType type : EntryType.values()) {
      TYPES.put(type.text(), type);
    }
    for (EntryOutcome outcome : EntryOutcome.values()) {
      OUTCOMES.put(outcome.text(), outcome);
    }
  }

  private final byte[] in;
  private int at;

  private CanonicalReader(byte[] in) {
    this.in = in;
  }

  /** The entry, or empty for whatever is not plainly canonical. */
  static Optional<AuditEntry> read(byte[] bytes) {
    try {
      return Optional.of(new CanonicalReader(bytes).entry());
    } catch (NotPlain | MalformedEntryException other) {
      return Optional.empty();
    }
  }

  /**
   * What a scan of the whole log wants of an entry: all of it is checked, as {@link AuditEntry} and
   * {@link EntryRules} do, but only this is made.
   *
   * @param id unique in the log
   */
  record Head(String id, EntryType type, Instant time) {
    static Head of(AuditEntry entry) {
      return new Head(entry.id(), entry.type(), entry.time());
    }
  }

  /** The entry's head, or empty for whatever is not plainly canonical. */
  static Optional<Head> head(byte[] bytes) {
    try {
      return Optional.of(new CanonicalReader(bytes).head());
    } catch (NotPlain other) {
      return Optional.empty();
    }
  }

  private Head head() throws NotPlain {
    expect("{\"actor\":");
    skipIdentifier();
    if (take(",\"alliance\":")) {
      skipIdentifier();
    }
    boolean attempt = skipNumber(",\"attempt\":");
    skipPairs(",\"details\":", false);
    skipPairs(",\"digests\":", true);
    expect(",\"id\":");
    int from = at + 1;
    skipIdentifier();
    String id = new String(in, from, at - 1 - from, StandardCharsets.ISO_8859_1);
    boolean job = take(",\"job\":");
    if (job) {
      skipIdentifier();
    }
    expect(",\"outcome\":");
    known(OUTCOMES.get(text()));
    boolean round = skipNumber(",\"round\":");
    expect(",\"subject\":");
    skipIdentifier();
    expect(",\"time\":\"");
    Instant time = time();
    expect("\",\"type\":");
    EntryType type = known(TYPES.get(text()));
    expect(",\"v\":1}");
    if (at != in.length || in.length > AuditEntry.MAX_BYTES) {
      throw NotPlain.INSTANCE;
    }
    if ((attempt && !round) || (round && !job) || time.isBefore(EntryRules.FIRST)) {
      throw NotPlain.INSTANCE;
    }
    return new Head(id, type, time);
  }

  private void skipIdentifier() throws NotPlain {
    skip(EntryRules.IDENTIFIER, 1, EntryRules.MAX_IDENTIFIER_CHARS);
  }

  private void skip(boolean[] allowed, int atLeast, int atMost) throws NotPlain {
    expect("\"");
    int from = at;
    while (at < in.length && in[at] >= 0 && allowed[in[at]]) {
      at++;
    }
    if (at - from < atLeast || at - from > atMost) {
      throw NotPlain.INSTANCE;
    }
    expect("\"");
  }

  private boolean skipNumber(String name) throws NotPlain {
    OptionalLong number = optionalNumber(name);
    if (number.isPresent() && number.getAsLong() > EntryRules.MAX_INTEGER) {
      throw NotPlain.INSTANCE;
    }
    return number.isPresent();
  }

  private void skipPairs(String name, boolean digests) throws NotPlain {
    if (!take(name)) {
      return;
    }
    int count = 0;
    int before = 0;
    int beforeEnd = 0;
    expect("{");
    do {
      int from = at + 1;
      skip(EntryRules.KEY, 1, EntryRules.MAX_KEY_CHARS);
      int end = at - 1;
      if (Arrays.compare(in, before, beforeEnd, in, from, end) >= 0) {
        throw NotPlain.INSTANCE;
      }
      before = from;
      beforeEnd = end;
      expect(":");
      if (digests) {
        skip(EntryRules.HEXADECIMAL, EntryRules.SHA256_DIGITS, EntryRules.SHA256_DIGITS);
      } else {
        skipText();
      }
      count++;
    } while (take(","));
    expect("}");
    if (count > EntryRules.MAX_PAIRS) {
      throw NotPlain.INSTANCE;
    }
  }

  /** As {@link #text}; a value with escapes may be one that is too long, and is not taken. */
  private void skipText() throws NotPlain {
    expect("\"");
    int from = at;
    for (int c = next(); c != '"'; c = next()) {
      if (c < ' ' || c > '~' || c == '\\') {
        throw NotPlain.INSTANCE;
      }
    }
    if (at - 1 - from > EntryRules.MAX_VALUE_CHARS) {
      throw NotPlain.INSTANCE;
    }
  }

  /** RFC 8785 §3.2.3: members in the order of their names. */
  private AuditEntry entry() throws NotPlain {
    expect("{\"actor\":");
    String actor = text();
    Optional<String> alliance = optionalText(",\"alliance\":");
    OptionalLong attempt = optionalNumber(",\"attempt\":");
    Map<String, String> details = pairs(",\"details\":");
    Map<String, String> digests = pairs(",\"digests\":");
    expect(",\"id\":");
    String id = text();
    Optional<String> job = optionalText(",\"job\":");
    expect(",\"outcome\":");
    EntryOutcome outcome = known(OUTCOMES.get(text()));
    OptionalLong round = optionalNumber(",\"round\":");
    expect(",\"subject\":");
    String subject = text();
    expect(",\"time\":\"");
    Instant time = time();
    expect("\",\"type\":");
    EntryType type = known(TYPES.get(text()));
    expect(",\"v\":1}");
    if (at != in.length) {
      throw NotPlain.INSTANCE;
    }
    return new AuditEntry(
        id, time, type, actor, subject, outcome, alliance, job, round, attempt, details, digests);
  }

  private static <T> T known(@Nullable T value) throws NotPlain {
    if (value == null) {
      throw NotPlain.INSTANCE;
    }
    return value;
  }

  private boolean take(String expected) {
    int length = expected.length();
    if (in.length - at < length) {
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

  private void expect(String expected) throws NotPlain {
    if (!take(expected)) {
      throw NotPlain.INSTANCE;
    }
  }

  private int next() throws NotPlain {
    if (at == in.length) {
      throw NotPlain.INSTANCE;
    }
    return in[at++];
  }

  private Optional<String> optionalText(String name) throws NotPlain {
    return take(name) ? Optional.of(text()) : Optional.empty();
  }

  /** Printable ASCII; of escapes only those that RFC 8785 §3.2.2.2 has for it. */
  private String text() throws NotPlain {
    expect("\"");
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

  private OptionalLong optionalNumber(String name) throws NotPlain {
    if (!take(name)) {
      return OptionalLong.empty();
    }
    int from = at;
    long value = 0;
    while (at < in.length && in[at] >= '0' && in[at] <= '9' && at - from < MAX_DIGITS) {
      value = 10 * value + in[at++] - '0';
    }
    if (at == from || (in[from] == '0' && at - from > 1)) {
      throw NotPlain.INSTANCE;
    }
    return OptionalLong.of(value);
  }

  private Map<String, String> pairs(String name) throws NotPlain {
    if (!take(name)) {
      return Map.of();
    }
    Map<String, String> pairs = new TreeMap<>();
    String before = "";
    expect("{");
    do {
      String key = text();
      if (key.compareTo(before) <= 0) {
        throw NotPlain.INSTANCE;
      }
      expect(":");
      pairs.put(key, text());
      before = key;
    } while (take(","));
    expect("}");
    return pairs;
  }

  /** As {@link Instant#toString} writes it: milliseconds only where there are any. */
  private Instant time() throws NotPlain {
    int year = digits(4);
    expect("-");
    int month = digits(2);
    expect("-");
    int day = digits(2);
    expect("T");
    int hour = digits(2);
    expect(":");
    int minute = digits(2);
    expect(":");
    int second = digits(2);
    int millis = 0;
    if (take(".")) {
      millis = digits(3);
      if (millis == 0) {
        throw NotPlain.INSTANCE;
      }
    }
    expect("Z");
    if (hour > 23 || minute > 59 || second > 59) {
      throw NotPlain.INSTANCE;
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      long seconds = days * SECONDS_A_DAY + hour * 3600L + minute * 60L + second;
      return Instant.ofEpochSecond(seconds, millis * 1_000_000L);
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
