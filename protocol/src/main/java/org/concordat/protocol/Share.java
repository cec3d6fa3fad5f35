package org.concordat.protocol;

import java.util.Map;
import java.util.Optional;

/**
 * A limit that must leave room in another. Where handshakes may take all places, strangers who
 * never end theirs keep everybody out, though the oldest gives way: the places are full before.
 *
 * @param left the part is at most the whole less this
 * @param divisor and at most the whole divided by this
 * @param usualDivisor and by this where nothing is said of it
 */
public record Share(Limit part, Limit whole, int left, int divisor, int usualDivisor) {
  private static final Map<Limit, Share> ALL =
      Map.of(
          Limit.CONNECTIONS_PER_ADDRESS,
          new Share(Limit.CONNECTIONS_PER_ADDRESS, Limit.CONNECTIONS, 0, 1, 1),
          Limit.HANDSHAKES,
          new Share(Limit.HANDSHAKES, Limit.CONNECTIONS, 0, 2, 2),
          Limit.HANDSHAKES_PER_ADDRESS,
          new Share(Limit.HANDSHAKES_PER_ADDRESS, Limit.CONNECTIONS_PER_ADDRESS, 1, 1, 2));

  /** What a limit leaves room in, if there is such a limit; it comes before it in the table. */
  public static Optional<Share> of(Limit part) {
    return Optional.ofNullable(ALL.get(part));
  }

  /** The most that the part may be. */
  public long most(long wholeValue) {
    return Math.min(wholeValue - left, wholeValue / divisor);
  }

  /** What the part is where nothing is said of it. */
  public long usual(long wholeValue) {
    return Math.min(part.usual(), wholeValue / usualDivisor);
  }
}
