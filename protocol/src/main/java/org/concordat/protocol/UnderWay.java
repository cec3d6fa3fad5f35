package org.concordat.protocol;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes under way, by the address block that they come from. A step takes logarithmic
 * time: it is taken by the thread that accepts, in the middle of a flood.
 *
 * @param <C> a connection, known by its identity
 */
final class UnderWay<C> {
  private final Map<C, Block<C>> blockOf = new HashMap<>();
  private final Map<InetAddress, Block<C>> blocks = new HashMap<>();

  /** The fullest first; of those that are as full, the one with the oldest. */
  private final TreeSet<Block<C>> fullest =
      new TreeSet<>(
          Comparator.<Block<C>>comparingInt(block -> -block.arrivals.size())
              .thenComparingLong(Block::oldest));

  private long next;

  /** Never empty while it is in the sets above, and out of the ordered one while it changes. */
  private static final class Block<C> {
    private final InetAddress address;
    private final LinkedHashMap<C, Long> arrivals = new LinkedHashMap<>();

    Block(InetAddress address) {
      this.address = address;
    }

    long oldest() {
      return arrivals.values().iterator().next();
    }
  }

  void add(C connection, InetAddress from) {
    Block<C> block = blocks.computeIfAbsent(Sites.block(from), Block::new);
    if (!block.arrivals.isEmpty()) {
      fullest.remove(block);
    }
    block.arrivals.put(connection, next++);
    fullest.add(block);
    blockOf.put(connection, block);
  }

  /**
   * @return whether it was under way
   */
  boolean remove(C connection) {
    Block<C> block = blockOf.remove(connection);
    if (block == null) {
      return false;
    }
    fullest.remove(block);
    block.arrivals.remove(connection);
    if (block.arrivals.isEmpty()) {
      blocks.remove(block.address);
    } else {
      fullest.add(block);
    }
    return true;
  }

  /** The oldest of the block that has most; null if none is under way. */
  @Nullable C oldestOfFullest() {
    return fullest.isEmpty() ? null : fullest.first().arrivals.keySet().iterator().next();
  }

  boolean contains(C connection) {
    return blockOf.containsKey(connection);
  }

  int size() {
    return blockOf.size();
  }
}
