package org.concordat.coordinator.session;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.concordat.secureagg.Digest;

/**
 * Which models and sums each member was told of by a task or a result: these it may fetch. Anything
 * else is an export, which the policy decides on. In memory only, the newest of each member; who
 * connects again is told again. Thread-safe.
 */
public final class Downloads {
  private static final int MAX_EACH = 1024;

  private final Map<String, Set<Digest>> told = new ConcurrentHashMap<>();

  /**
   * The member is about to be told of a model, by the digest of its bytes, or a sum, by its root.
   */
  public void told(String member, Digest what) {
    told.computeIfAbsent(member, any -> Collections.synchronizedSet(Newest.of(MAX_EACH))).add(what);
  }

  /** All that the member was told of since it was forgotten last, the newest of it. */
  public Set<Digest> told(String member) {
    return Set.copyOf(told.getOrDefault(member, Set.of()));
  }

  /** Before the member is told anew of all that it needs. */
  public void forget(String member) {
    told.remove(member);
  }

  public boolean may(String member, Digest what) {
    return told.getOrDefault(member, Set.of()).contains(what);
  }
}
