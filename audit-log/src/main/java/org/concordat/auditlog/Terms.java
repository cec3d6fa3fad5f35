package org.concordat.auditlog;

import java.util.ArrayList;
import java.util.List;

/**
 * What an entry can be found by, or a filter looks for, as hashes: one for each value of a field,
 * and one for each two of them together. An entry that matches a filter has all hashes of the
 * filter. The other way round it need not be so: whoever compares hashes compares the entry then.
 *
 * @param hashes in no order
 * @param millis the entry's time, milliseconds since 1970
 */
record Terms(int[] hashes, long millis) {
  static Terms of(AuditEntry entry) {
    List<Integer> single = new ArrayList<>();
    for (AuditField field : AuditField.values()) {
      field.of(entry).forEach(value -> single.add(hash(field, value)));
    }
    return new Terms(withPairs(single), entry.time().toEpochMilli());
  }

  /** Those that an entry must have, all of them, to match. */
  static int[] of(AuditFilter filter) {
    List<Integer> single = new ArrayList<>();
    filter.wanted().forEach((field, value) -> single.add(hash(field, value)));
    return withPairs(single);
  }

  private static int[] withPairs(List<Integer> single) {
    int n = single.size();
    int[] hashes = new int[n + n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      hashes[at++] = single.get(i);
      for (int j = 0; j < i; j++) { // in the order of the fields, in a filter as in an entry
        hashes[at++] = mixed(31 * single.get(j) + single.get(i));
      }
    }
    return hashes;
  }

  private static int hash(AuditField field, String value) {
    return mixed(31 * value.hashCode() + field.ordinal());
  }

  /** Finalizer of MurmurHash3: each bit of the result depends on every bit. */
  private static int mixed(int bits) {
    int h = bits;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}
