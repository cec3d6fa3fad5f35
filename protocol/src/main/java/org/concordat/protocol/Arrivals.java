package org.concordat.protocol;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which connections come in, before a byte of theirs is read. Where too many handshakes are under
 * way an older one gives way to the newest: the oldest of the address, or the oldest of the {@link
 * Sites#block block} that has most. So a flood from few blocks gives way to itself, however fast it
 * is. One from more blocks than {@link Limit#HANDSHAKES} can make an honest handshake give way
 * within its round trips. Thread-safe.
 *
 * <p>An address is what one {@link Sites#site site} has.
 *
 * @param <C> a connection, known by its identity
 */
final class Arrivals<C> {
  /** Addresses beyond so many share one place. */
  private static final int MOST_ADDRESSES = 65_536;

  private static final long LOOK_NANOS = 1_000_000_000;

  private final Limits limits;
  private final Map<C, Place<C>> places = new HashMap<>();
  private final Map<InetAddress, Address<C>> addresses = new HashMap<>();
  private final Address<C> others;
  private final UnderWay<C> underWay = new UnderWay<>();
  private long lookedNanos;

  /**
   * What becomes of one that has arrived.
   *
   * @param admitted whether it comes in
   * @param limit by which it, or another, does not; null if all is well
   * @param givesWay an older one that is to be closed instead, whose handshake is under way
   */
  record Answer<C>(boolean admitted, @Nullable Limit limit, @Nullable C givesWay) {}

  private record Place<C>(Address<C> address, long sinceNanos) {}

  /** Of one address. */
  private static final class Address<C> {
    private final TokenBucket rate;
    private final LinkedHashSet<C> handshakes = new LinkedHashSet<>();
    private long connections;

    Address(TokenBucket rate) {
      this.rate = rate;
    }
  }

  Arrivals(Limits limits, long nowNanos) {
    this.limits = limits;
    this.others = new Address<>(limits.bucket(Limit.HANDSHAKE_RATE_PER_ADDRESS, nowNanos));
    this.lookedNanos = nowNanos;
  }

  /** Judges a new connection, and counts it if it comes in. */
  synchronized Answer<C> arrive(C connection, InetAddress from, long nowNanos) {
    Address<C> address = address(Sites.site(from), nowNanos);
    Limit refusing = refusing(address, nowNanos);
    if (refusing != null) {
      return new Answer<>(false, refusing, null);
    }
    Limit full = null;
    C givesWay = null;
    if (address.handshakes.size() >= limits.get(Limit.HANDSHAKES_PER_ADDRESS)) {
      full = Limit.HANDSHAKES_PER_ADDRESS;
      givesWay = address.handshakes.iterator().next();
    } else if (underWay.size() >= limits.get(Limit.HANDSHAKES)) {
      full = Limit.HANDSHAKES;
      givesWay = underWay.oldestOfFullest();
    }
    if (givesWay != null) {
      gone(givesWay);
    }
    places.put(connection, new Place<>(address, nowNanos));
    address.connections++;
    address.handshakes.add(connection);
    underWay.add(connection, from);
    return new Answer<>(true, full, givesWay);
  }

  private @Nullable Limit refusing(Address<C> address, long nowNanos) {
    if (!address.rate.take(nowNanos)) {
      return Limit.HANDSHAKE_RATE_PER_ADDRESS;
    }
    if (address.connections >= limits.get(Limit.CONNECTIONS_PER_ADDRESS)) {
      return Limit.CONNECTIONS_PER_ADDRESS;
    }
    return places.size() >= limits.get(Limit.CONNECTIONS) ? Limit.CONNECTIONS : null;
  }

  /** Its peer is proved. */
  synchronized void established(C connection) {
    if (underWay.remove(connection)) {
      Place<C> place = places.get(connection);
      if (place != null) {
        place.address.handshakes.remove(connection);
      }
    }
  }

  /**
   * It is closed.
   *
   * @return how long its handshake was under way, in nanoseconds; -1 if it was over, or it was
   *     counted out before
   */
  synchronized long gone(C connection, long nowNanos) {
    boolean handshaking = underWay.contains(connection);
    Place<C> place = gone(connection);
    return handshaking && place != null ? nowNanos - place.sinceNanos : -1;
  }

  private @Nullable Place<C> gone(C connection) {
    Place<C> place = places.remove(connection);
    underWay.remove(connection);
    if (place != null) {
      place.address.connections--;
      place.address.handshakes.remove(connection);
    }
    return place;
  }

  private Address<C> address(InetAddress site, long nowNanos) {
    Address<C> known = addresses.get(site);
    if (known != null) {
      return known;
    }
    if (addresses.size() >= MOST_ADDRESSES && nowNanos - lookedNanos > LOOK_NANOS) {
      lookedNanos = nowNanos;
      addresses.values().removeIf(one -> one.connections == 0 && one.rate.isFull(nowNanos));
    }
    if (addresses.size() >= MOST_ADDRESSES) {
      return others;
    }
    Address<C> added = new Address<>(limits.bucket(Limit.HANDSHAKE_RATE_PER_ADDRESS, nowNanos));
    addresses.put(site, added);
    return added;
  }

  /** How many are counted. */
  synchronized int size() {
    return places.size();
  }
}
