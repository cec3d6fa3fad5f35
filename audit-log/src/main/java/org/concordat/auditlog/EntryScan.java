package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Goes over an entry's bytes and makes nothing of them: all of it is checked, as {@link AuditEntry}
 * and {@link EntryRules} do, and then it is known where in the bytes lies what an entry is looked
 * up by. What it does not take is for the parser. One is used again and again; not thread-safe.
 */
final class EntryScan extends CanonicalCursor {
  private static final EntryType[] TYPES = EntryType.values();
  private static final EntryOutcome[] OUTCOMES = EntryOutcome.values();
  private static final byte[] PERSON = ascii("person");
  private static final byte[] DATA_SET = ascii("dataSet");
  private static final long FIRST_MILLIS = EntryRules.FIRST.toEpochMilli();

  /** By field, where its value begins. */
  private final int[] from = new int[AuditField.values().length];

  /** By field, where its value ends; 0 where the entry has none. */
  private final int[] to = new int[AuditField.values().length];

  private int idFrom;
  private int idTo;
  private long millis;
  private EntryType type = EntryType.SYSTEM;

  /**
   * Reads the entry in the bytes [first, last).
   *
   * @return false for whatever is not plainly canonical
   */
  boolean take(byte[] bytes, int first, int last) {
    begin(bytes, first, last);
    Arrays.fill(to, 0);
    try {
      entry();
    } catch (NotPlain other) {
      return false;
    }
    return last - first <= AuditEntry.MAX_BYTES;
  }

  EntryType type() {
    return type;
  }

  /** Milliseconds since 1970. */
  long millis() {
    return millis;
  }

  /** A copy of the id's bytes. */
  byte[] id() {
    return Arrays.copyOfRange(in(), idFrom, idTo);
  }

  boolean hasId(byte[] id) {
    return Arrays.equals(in(), idFrom, idTo, id, 0, id.length);
  }

  /** The hash under which an index has its id. */
  long idHash(IdIndex index) {
    return index.hash(in(), idFrom, idTo);
  }

  /** Whether it has the field; member is none of its own, but actor and subject. */
  boolean has(AuditField field) {
    return to[field.ordinal()] > 0;
  }

  /**
   * Whether it has a value in a field.
   *
   * @param value in UTF-8
   */
  boolean has(AuditField field, byte[] value) {
    if (field == AuditField.MEMBER) {
      return has(AuditField.ACTOR, value) || has(AuditField.SUBJECT, value);
    }
    int end = to[field.ordinal()];
    return end > 0 && Arrays.equals(in(), from[field.ordinal()], end, value, 0, value.length);
  }

  /** The hash that a field's value has as a {@link String}. */
  int hash(AuditField field) {
    byte[] bytes = in();
    int hash = 0;
    for (int i = from[field.ordinal()]; i < to[field.ordinal()]; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }

  /** RFC 8785 §3.2.3: members in the order of their names. */
  private void entry() throws NotPlain {
    expect("{\"actor\":\"");
    identifier(AuditField.ACTOR);
    if (take(",\"alliance\":\"")) {
      identifier();
    }
    boolean attempt = take(",\"attempt\":");
    if (attempt) {
      integer();
    }
    if (take(",\"details\":{")) {
      details();
    }
    if (take(",\"digests\":{")) {
      digests();
    }
    expect(",\"id\":\"");
    idFrom = at();
    identifier();
    idTo = at() - 1;
    boolean job = take(",\"job\":\"");
    if (job) {
      identifier(AuditField.JOB);
    }
    expect(",\"outcome\":\"");
    begins(AuditField.OUTCOME);
    takeOutcome();
    ends(AuditField.OUTCOME, at());
    boolean round = take("\",\"round\":");
    if (round) {
      begins(AuditField.ROUND);
      integer();
      ends(AuditField.ROUND, at());
    } else {
      expect('"');
    }
    expect(",\"subject\":\"");
    identifier(AuditField.SUBJECT);
    expect(",\"time\":\"");
    millis = time();
    expect("\",\"type\":\"");
    begins(AuditField.TYPE);
    takeType();
    ends(AuditField.TYPE, at());
    expect("\",\"v\":1}");
    requireEnd();
    if ((attempt && !round) || (round && !job) || millis < FIRST_MILLIS) {
      throw NotPlain.INSTANCE;
    }
  }

  private void begins(AuditField field) {
    from[field.ordinal()] = at();
  }

  private void ends(AuditField field, int end) {
    to[field.ordinal()] = end;
  }

  private void identifier(AuditField field) throws NotPlain {
    begins(field);
    identifier();
    ends(field, at() - 1);
  }

  private void identifier() throws NotPlain {
    pass(EntryRules.IDENTIFIER, 1, EntryRules.MAX_IDENTIFIER_CHARS);
    expect('"');
  }

  private void integer() throws NotPlain {
    if (number() > EntryRules.MAX_INTEGER) {
      throw NotPlain.INSTANCE;
    }
  }

  private void takeType() throws NotPlain {
    for (EntryType each : TYPES) {
      if (take(each.text())) {
        type = each;
        return;
      }
    }
    throw NotPlain.INSTANCE;
  }

  private void takeOutcome() throws NotPlain {
    for (EntryOutcome each : OUTCOMES) {
      if (take(each.text())) {
        return;
      }
    }
    throw NotPlain.INSTANCE;
  }

  private void details() throws NotPlain {
    int key = 0;
    int keyEnd = 0;
    for (int count = 1; ; count++) {
      int before = key;
      int beforeEnd = keyEnd;
      key = key(before, beforeEnd);
      keyEnd = at() - 3;
      int value = at();
      passText(EntryRules.MAX_VALUE_CHARS);
      if (is(PERSON, key, keyEnd)) {
        found(AuditField.PERSON, value);
      }
      if (isLast(count)) {
        return;
      }
    }
  }

  private void digests() throws NotPlain {
    int key = 0;
    int keyEnd = 0;
    for (int count = 1; ; count++) {
      int before = key;
      int beforeEnd = keyEnd;
      key = key(before, beforeEnd);
      keyEnd = at() - 3;
      int value = at();
      pass(EntryRules.HEXADECIMAL, EntryRules.SHA256_DIGITS, EntryRules.SHA256_DIGITS);
      expect('"');
      if (is(DATA_SET, key, keyEnd)) {
        found(AuditField.DATA_VERSION, value);
      }
      if (isLast(count)) {
        return;
      }
    }
  }

  /** A key behind another, up to where its value begins; gives where it begins itself. */
  private int key(int before, int beforeEnd) throws NotPlain {
    expect('"');
    int key = at();
    pass(EntryRules.KEY, 1, EntryRules.MAX_KEY_CHARS);
    int end = at();
    expect("\":\"");
    if (Arrays.compare(in(), before, beforeEnd, in(), key, end) >= 0) {
      throw NotPlain.INSTANCE;
    }
    return key;
  }

  private boolean isLast(int count) throws NotPlain {
    if (take(",")) {
      if (count == EntryRules.MAX_PAIRS) {
        throw NotPlain.INSTANCE;
      }
      return false;
    }
    expect('}');
    return true;
  }

  private boolean is(byte[] name, int key, int keyEnd) {
    return Arrays.equals(in(), key, keyEnd, name, 0, name.length);
  }

  private void found(AuditField field, int value) {
    from[field.ordinal()] = value;
    to[field.ordinal()] = at() - 1;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
