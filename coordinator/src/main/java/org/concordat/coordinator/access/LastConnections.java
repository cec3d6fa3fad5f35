package org.concordat.coordinator.access;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.concordat.certs.InForce;
import org.concordat.certs.Sha256;
import org.concordat.protocol.PeerConnections;

/**
 * Connections that must end: of whoever is no member any more, or not now, of certificates that
 * were revoked, and those that are older than the certificate that they began with. What ends its
 * calls gets one interval to reach it; then the connection is closed, whether it was read or not.
 * Used on one thread.
 */
public final class LastConnections {
  private final PeerConnections connections;
  private final Supplier<InForce> inForce;
  private final Function<String, Optional<String>> gone;
  private final Clock clock;
  private Set<Sha256> due = new HashSet<>();

  /**
   * @param gone why a participant is no member any more; empty if it is one
   */
  public LastConnections(
      PeerConnections connections,
      Supplier<InForce> inForce,
      Function<String, Optional<String>> gone,
      Clock clock) {
    this.clock = clock;
    this.connections = connections;
    this.inForce = inForce;
    this.gone = gone;
  }

  /** Closes those that were seen at the last look; every interval. */
  public void look() {
    Set<Sha256> seen = new HashSet<>();
    connections.closeWhere(
        chain -> {
          Sha256 leaf = Peers.digest(chain.get(0));
          boolean ends = isFormer(chain) || isOver(chain);
          if (ends) {
            seen.add(leaf);
          }
          return ends && due.contains(leaf);
        });
    due = seen;
  }

  private boolean isOver(List<X509Certificate> chain) {
    return clock.instant().isAfter(chain.get(0).getNotAfter().toInstant());
  }

  private boolean isFormer(List<X509Certificate> chain) {
    InForce now = inForce.get();
    return Peers.memberCa(chain)
            .flatMap(now.roster()::findByMemberCa)
            .flatMap(entry -> gone.apply(entry.id().value()))
            .isPresent()
        || now.hasEnded(chain, clock.instant());
  }
}
