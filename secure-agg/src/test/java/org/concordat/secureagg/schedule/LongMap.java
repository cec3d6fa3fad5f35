package org.concordat.secureagg.schedule;

import java.util.Arrays;

/**
 * A set of states in the order found, each with the state it was reached from; 30 bytes a state.
 */
final class LongMap {
  private long[] keys = new long[1 << 16];
  private int[] slots = new int[1 << 17];
  private int[] parents = new int[1 << 16];
  private int size;

  int size() {
    return size;
  }

  /** The state found as the i-th. */
  long get(int i) {
    return keys[i];
  }

  /** Which state the i-th was reached from; -1 for the first. */
  int parent(int i) {
    return parents[i];
  }

  /** Whether the state is new. */
  boolean add(long key, int parent) {
    int slot = slot(key);
    if (slots[slot] != 0) {
      return false;
    }
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      parents = Arrays.copyOf(parents, 2 * size);
    }
    keys[size] = key;
    parents[size] = parent;
    slots[slot] = ++size;
    if (2 * size > slots.length) {
      slots = new int[2 * slots.length];
      for (int i = 0; i < size; i++) {
        slots[slot(keys[i])] = i + 1;
      }
    }
    return true;
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32 ^ mixed) & slots.length - 1;
    while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }
}
