package org.concordat.auditlog;

import java.security.SecureRandom;
import java.util.OptionalLong;

/**
 * Which entry has an id, in about 30 bytes an entry. It keeps hashes and no ids: whoever is told an
 * entry looks whether it is the one. Hashes are of a family from which one is drawn here (a
 * polynomial over the integers modulo 2^61 - 1, at a point drawn at random): of two ids they are
 * equal with a probability below 2^-55, and nobody can choose ids that are. Not thread-safe.
 */
final class IdIndex {
  /** Says whether an entry has the id that is looked for. */
  interface Ids {
    boolean has(long index);
  }

  private static final long PRIME = (1L << 61) - 1;
  private static final int CHUNK_BYTES = 7;
  private static final int FIRST_SLOTS = 1024;

  private final long point = 1 + new SecureRandom().nextLong(PRIME - 1);
  private long[] hashes = new long[FIRST_SLOTS];

  /** One more than the entry's index; 0 where a slot is free. */
  private long[] places = new long[FIRST_SLOTS];

  private int used;

  /** The hash of an id in the bytes [from, to). */
  long hash(byte[] id, int from, int to) {
    long hash = 0;
    for (int at = from; at < to; at += CHUNK_BYTES) {
      long chunk = 1; // so that a chunk tells its length
      int end = Math.min(to, at + CHUNK_BYTES);
      for (int i = at; i < end; i++) {
        chunk = chunk << 8 | (id[i] & 0xff);
      }
      hash = product(hash + chunk, point);
    }
    return hash;
  }

  /** Modulo 2^61 - 1, of factors below 2^62; not always the least residue, but always the same. */
  private static long product(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    long sum = (low & PRIME) + (low >>> 61 | high << 3);
    return (sum & PRIME) + (sum >>> 61);
  }

  /**
   * The entry with an id.
   *
   * @param ids is asked about entries whose id has this hash
   */
  OptionalLong find(long hash, Ids ids) {
    for (int slot = slot(hash); places[slot] != 0; slot = next(slot)) {
      if (hashes[slot] == hash && ids.has(places[slot] - 1)) {
        return OptionalLong.of(places[slot] - 1);
      }
    }
    return OptionalLong.empty();
  }

  /** Adds the entry with an id of this hash. */
  void put(long hash, long index) {
    if (used >= places.length / 2 + places.length / 8) {
      grow();
    }
    insert(hash, index + 1);
    used++;
  }

  private void grow() {
    long[] oldHashes = hashes;
    long[] oldPlaces = places;
    hashes = new long[2 * oldHashes.length];
    places = new long[2 * oldPlaces.length];
    for (int slot = 0; slot < oldPlaces.length; slot++) {
      if (oldPlaces[slot] != 0) {
        insert(oldHashes[slot], oldPlaces[slot]);
      }
    }
  }

  private void insert(long hash, long place) {
    int slot = slot(hash);
    while (places[slot] != 0) {
      slot = next(slot);
    }
    hashes[slot] = hash;
    places[slot] = place;
  }

  private int slot(long hash) {
    return (int) (hash ^ hash >>> 32) & (places.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (places.length - 1);
  }

  @Override
  public String toString() {
    return "IdIndex[" + used + " entries]";
  }
}
