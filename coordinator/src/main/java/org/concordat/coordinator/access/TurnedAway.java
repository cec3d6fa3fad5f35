package org.concordat.coordinator.access;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a limit of the port has turned away: counted at once, by threads that must go on, and told
 * later, a flood in one entry of the log and one line, at most once a minute for each limit and
 * each member. Nothing goes uncounted. Thread-safe.
 *
 * <p>The audit log is for ever, and an address may be a person's: addresses are in the program's
 * own log only.
 */
public final class TurnedAway {
  private static final Logger LOG = LoggerFactory.getLogger(TurnedAway.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int ADDRESSES = 3;

  /** Whoever has no certificate yet. */
  public static final String UNAUTHENTICATED = "unauthenticated";

  private final Limits limits;
  private final Clock clock;
  private final Consumer<Flood> record;
  private final Map<Key, Count> counts = new HashMap<>();

  /**
   * One entry.
   *
   * @param who a member, or {@link #UNAUTHENTICATED}
   * @param value of the limit
   * @param times how often, at least once
   * @param from when the first of them came
   * @param until when it was told
   */
  public record Flood(
      String who, Limit limit, long value, long times, Instant from, Instant until) {}

  private record Key(String who, Limit limit) {}

  private static final class Count {
    private final Set<InetAddress> from = new LinkedHashSet<>();
    private Instant first = Instant.MIN;
    private Instant nextReport = Instant.MIN;
    private long times;
  }

  /**
   * @param record writes an entry; called by {@link #look} and {@link #flush} only
   */
  public TurnedAway(Limits limits, Clock clock, Consumer<Flood> record) {
    this.limits = limits;
    this.clock = clock;
    this.record = record;
  }

  /** A connection whose peer is not known. */
  public void connection(Limit limit, InetAddress from) {
    count(new Key(UNAUTHENTICATED, limit), from);
  }

  /** A connection or a call of a member. */
  public void member(String who, Limit limit) {
    count(new Key(who, limit), null);
  }

  private synchronized void count(Key key, @Nullable InetAddress from) {
    Count count = counts.computeIfAbsent(key, absent -> new Count());
    if (count.times == 0) {
      count.first = clock.instant();
      count.from.clear();
    }
    count.times++;
    if (from != null && count.from.size() <= ADDRESSES) {
      count.from.add(from);
    }
  }

  /** Tells what is due; every second or so. */
  public void look() {
    take(false).forEach(this::tell);
  }

  /** Tells all that is left, at the end. */
  public void flush() {
    take(true).forEach(this::tell);
  }

  private record Told(Flood flood, List<InetAddress> from) {}

  private synchronized List<Told> take(boolean all) {
    Instant now = clock.instant();
    List<Told> due = new ArrayList<>();
    for (Iterator<Map.Entry<Key, Count>> each = counts.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Key, Count> entry = each.next();
      Count count = entry.getValue();
      if (!all && now.isBefore(count.nextReport)) {
        continue;
      }
      if (count.times == 0) {
        each.remove(); // quiet for a whole interval
        continue;
      }
      Key key = entry.getKey();
      due.add(
          new Told(
              new Flood(key.who, key.limit, limits.get(key.limit), count.times, count.first, now),
              List.copyOf(count.from)));
      count.times = 0;
      count.nextReport = now.plus(INTERVAL);
    }
    return due;
  }

  private void tell(Told told) {
    Flood flood = told.flood;
    LOG.warn(
        "limits.{} is {}: {}{} turned away since {}{}. Next: find out who it is; where they are"
            + " wanted, raise it (docs/limits.md)",
        flood.limit.key(),
        flood.value,
        flood.times,
        flood.who.equals(UNAUTHENTICATED) ? "" : " of '" + flood.who + "'",
        flood.from,
        told.from.isEmpty() ? "" : ", from " + addresses(told.from));
    record.accept(flood);
  }

  private static String addresses(List<InetAddress> from) {
    String some =
        from.stream()
            .limit(ADDRESSES)
            .map(InetAddress::getHostAddress)
            .collect(Collectors.joining(", "));
    return from.size() > ADDRESSES ? some + " and others" : some;
  }
}
