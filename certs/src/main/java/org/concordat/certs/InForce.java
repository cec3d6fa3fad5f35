package org.concordat.certs;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What peers are judged by at one moment.
 *
 * @param roots one, or several while the alliance changes its root
 * @param roster who is a member
 * @param crls which certificates are revoked
 */
public record InForce(Set<X509Certificate> roots, Roster roster, Crls crls) {
  public InForce {
    roots = Set.copyOf(roots);
  }

  /** Before anybody has joined or gone: as far as the genesis says. */
  public static InForce of(Genesis genesis) {
    return of(RosterChain.of(genesis), Crls.NONE);
  }

  /** By the latest of verified rosters. */
  public static InForce of(RosterChain chain, Crls crls) {
    return new InForce(Set.copyOf(Authority.roots(chain.authorities())), chain.latest(), crls);
  }

  /**
   * Judges by the same, but takes lists that have ended as if they held. Only for a connection on
   * which rosters and lists are asked for: they count by their signatures.
   */
  public InForce evenEnded() {
    return new InForce(roots, roster, crls.evenEnded());
  }

  /** Why one of these certificates is not good any more, of a chain that was identified before. */
  public Optional<String> revoked(List<X509Certificate> chain, Instant now) {
    try {
      requireRoot(chain);
      crls.requireGood(chain, roots, now);
      return Optional.empty();
    } catch (PeerRefusedException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  /** The path was validated; whether the root at its end still holds is what changes. */
  private void requireRoot(List<X509Certificate> chain) throws PeerRefusedException {
    if (!chain.isEmpty() && Crls.root(chain.get(chain.size() - 1), roots).isEmpty()) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.UNKNOWN_AUTHORITY,
          "its certificates lead to no root of roster version %d: that root has ended"
              .formatted(roster.version()));
    }
  }

  /** Whether it was let in before, and is to hear by name that it is not any more. */
  public boolean hasEnded(List<X509Certificate> chain, Instant now) {
    try {
      identify(chain, now);
      return false;
    } catch (PeerRefusedException refused) {
      return PeerRefusedException.ENDED.contains(refused.reason())
          || refused.reason() == PeerRefusedException.Reason.UNKNOWN_AUTHORITY;
    }
  }

  /**
   * Who presents a chain whose path was validated; for each call again, since all of this changes.
   *
   * @param chain leaf, member CA, jurisdiction CA
   * @throws PeerRefusedException when the leaf does not fit, the roster does not list it, or one of
   *     them is revoked
   */
  public PeerIdentity identify(List<X509Certificate> chain, Instant now)
      throws PeerRefusedException {
    PeerIdentity peer = PeerIdentity.fromChain(chain, roster);
    requireRoot(chain);
    crls.requireGood(chain, roots, now);
    return peer;
  }
}
