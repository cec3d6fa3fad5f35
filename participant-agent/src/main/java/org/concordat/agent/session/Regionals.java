package org.concordat.agent.session;

import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import org.concordat.certs.RosterEntry;

/**
 * Connections to regional aggregators, each at the address that the members signed. Thread-safe.
 */
public final class Regionals implements AutoCloseable {
  /** Opens a connection, as this site, to who is at an address and has a name. */
  @FunctionalInterface
  public interface Opener {
    ManagedChannel open(RosterEntry aggregator);
  }

  private final Opener opener;
  private final Map<RosterEntry, ManagedChannel> open = new HashMap<>();

  public Regionals(Opener opener) {
    this.opener = opener;
  }

  /** The connection to an aggregator; the same one as long as its entry is the same. */
  public synchronized ManagedChannel channel(RosterEntry aggregator) {
    ManagedChannel known = open.get(aggregator);
    if (known == null) {
      close(); // there is one at a time: of this site's jurisdiction
      known = opener.open(aggregator);
      open.put(aggregator, known);
    }
    return known;
  }

  @Override
  public synchronized void close() {
    open.values().forEach(ManagedChannel::shutdownNow);
    open.clear();
  }
}
