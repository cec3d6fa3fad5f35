package org.concordat.auditlog;

/**
 * What an entry can be found by, or a filter looks for, as hashes: one for each value of a field,
 * and one for each two of them together. An entry that matches a filter has all hashes of the
 * filter. The other way round it need not be so: whoever compares hashes compares the entry then.
 *
 * @param hashes in no order
 * @param millis the entry's time, milliseconds since 1970
 */
record Terms(int[] hashes, long millis) {
  private static final AuditField[] FIELDS = AuditField.values();

  /** Each field has one value at most, but member: actor and subject. */
  private static final int MOST_SINGLE = FIELDS.length + 1;

  /** So many hashes an entry has at most. */
  static final int MOST = MOST_SINGLE * (MOST_SINGLE + 1) / 2;

  static Terms of(AuditEntry entry) {
    int[] single = new int[MOST_SINGLE];
    int n = 0;
    for (AuditField field : FIELDS) {
      for (String value : field.of(entry)) {
        single[n++] = hash(field, value.hashCode());
      }
    }
    return new Terms(withPairs(single, n), entry.time().toEpochMilli());
  }

  /** The same of an entry that was gone over. */
  static Terms of(EntryScan entry) {
    int[] single = new int[MOST_SINGLE];
    int n = 0;
    for (AuditField field : FIELDS) {
      if (field == AuditField.MEMBER) {
        single[n++] = hash(field, entry.hash(AuditField.ACTOR));
        single[n++] = hash(field, entry.hash(AuditField.SUBJECT));
      } else if (entry.has(field)) {
        single[n++] = hash(field, entry.hash(field));
      }
    }
    return new Terms(withPairs(single, n), entry.millis());
  }

  /** Those that an entry must have, all of them, to match. */
  static int[] of(AuditFilter filter) {
    int[] single = new int[FIELDS.length];
    int n = 0;
    for (AuditField field : FIELDS) {
      String value = filter.wanted().get(field);
      if (value != null) {
        single[n++] = hash(field, value.hashCode());
      }
    }
    return withPairs(single, n);
  }

  private static int[] withPairs(int[] single, int n) {
    int[] hashes = new int[n + n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      hashes[at++] = single[i];
      for (int j = 0; j < i; j++) { // in the order of the fields, in a filter as in an entry
        hashes[at++] = mixed(31 * single[j] + single[i]);
      }
    }
    return hashes;
  }

  private static int hash(AuditField field, int valueHash) {
    return mixed(31 * valueHash + field.ordinal());
  }

  /** Finalizer of MurmurHash3: each bit of the result depends on every bit. */
  private static int mixed(int bits) {
    int h = bits;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}
