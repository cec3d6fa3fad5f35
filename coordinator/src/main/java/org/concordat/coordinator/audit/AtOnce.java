package org.concordat.coordinator.audit;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.concordat.protocol.Sites;

/**
 * So many at once of a {@link Sites#site site}; nothing is kept of one that has none. Thread-safe.
 */
final class AtOnce {
  private final int most;
  private final Map<InetAddress, Integer> places = new HashMap<>();

  AtOnce(int most) {
    this.most = most;
  }

  /**
   * @return whether there was a place; whoever has it leaves it
   */
  synchronized boolean take(InetAddress from) {
    InetAddress site = Sites.site(from);
    int now = places.getOrDefault(site, 0);
    if (now >= most) {
      return false;
    }
    places.put(site, now + 1);
    return true;
  }

  synchronized void leave(InetAddress from) {
    places.computeIfPresent(Sites.site(from), (site, now) -> now > 1 ? now - 1 : null);
  }
}
