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

  public boolean may(String member, Digest what) {
    return told.getOrDefault(member, Set.of()).contains(what);
  }
}
