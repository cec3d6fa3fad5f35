package org.concordat.iam;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.concordat.certs.InForce;
import org.concordat.certs.PeerRefusedException;

/** From a TLS connection to a {@link Caller}. */
public final class Callers {
  private Callers() {}

  /**
   * The caller behind a chain that the TLS handshake verified (with {@link
   * org.concordat.certs.AllianceTrustManager}); called for every call with what is then in force,
   * so that a revocation takes effect at the next call.
   *
   * @param chain leaf, member CA, jurisdiction CA, as the session has them
   * @throws PeerRefusedException when the roster does not list it with that role, or revoked it, or
   *     a revocation list names one of them
   */
  public static Caller authenticate(List<X509Certificate> chain, InForce inForce, Instant now)
      throws PeerRefusedException {
    return Caller.of(inForce.identify(chain, now));
  }
}
