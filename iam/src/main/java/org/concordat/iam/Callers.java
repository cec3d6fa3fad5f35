package org.concordat.iam;

import java.security.cert.X509Certificate;
import java.util.List;
import org.concordat.certs.PeerIdentity;
import org.concordat.certs.PeerRefusedException;
import org.concordat.certs.Roster;

/** From a TLS connection to a {@link Caller}. */
public final class Callers {
  private Callers() {}

  /**
   * The caller behind a chain that the TLS handshake verified (with {@link
   * org.concordat.certs.AllianceTrustManager}); called for every call with the roster then in
   * force, so that a revocation takes effect at the next call.
   *
   * @param chain leaf, member CA, jurisdiction CA, as the session has them
   * @throws PeerRefusedException when the roster does not list it with that role, or revoked it
   */
  public static Caller authenticate(List<X509Certificate> chain, Roster roster)
      throws PeerRefusedException {
    return Caller.of(PeerIdentity.fromChain(chain, roster));
  }
}
