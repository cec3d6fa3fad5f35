package org.concordat.protocol;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A value for every {@link Limit}.
 *
 * @param values whole when this is made: what was left out has its usual value
 */
public record Limits(Map<Limit, Long> values) {
  /** How many seconds' worth of a rate may come at once. */
  public static final int BURST_SECONDS = 10;

  /** Resets of calls are counted over so many seconds. */
  static final int RESET_SECONDS = 30;

  public static final Limits DEFAULT = new Limits(Map.of());

  /**
   * @throws IllegalArgumentException if a value is out of its bounds, or a part would not fit into
   *     a message
   */
  public Limits {
    Map<Limit, Long> whole = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      long value = values.getOrDefault(limit, limit.usual());
      if (value < limit.least() || value > limit.most()) {
        throw new IllegalArgumentException(
            "%s is %d: expected %d to %d"
                .formatted(limit.key(), value, limit.least(), limit.most()));
      }
      whole.put(limit, value);
    }
    values = Collections.unmodifiableMap(whole);
  }

  public long get(Limit limit) {
    return values.getOrDefault(limit, limit.usual());
  }

  /** The same with another value. */
  public Limits with(Limit limit, long value) {
    Map<Limit, Long> changed = new EnumMap<>(values);
    changed.put(limit, value);
    return new Limits(changed);
  }

  /** A bucket for a rate. */
  public TokenBucket bucket(Limit rate, long nowNanos) {
    return new TokenBucket(get(rate), BURST_SECONDS * get(rate), nowNanos);
  }

  /** Those of messages and connections that both sides work with. */
  public WireLimits wire() {
    return new WireLimits(
        Math.toIntExact(get(Limit.PART_BYTES)),
        Math.toIntExact(get(Limit.SESSION_MESSAGE_BYTES)),
        get(Limit.UPLOAD_BYTES),
        Math.toIntExact(get(Limit.CALLS_PER_CONNECTION)),
        TimeUnit.SECONDS.toMillis(get(Limit.HANDSHAKE_SECONDS)),
        TimeUnit.SECONDS.toMillis(get(Limit.KEEP_ALIVE_SECONDS)));
  }
}
