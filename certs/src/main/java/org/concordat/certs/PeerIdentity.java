package org.concordat.certs;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who is at the other end of a connection.
 *
 * @param memberCa SHA-256 of the member CA's SubjectPublicKeyInfo, the key of per-call checks
 * @param leaf SHA-256 of the leaf certificate
 */
public record PeerIdentity(
    MemberId member, Role role, Jurisdiction jurisdiction, Sha256 memberCa, Sha256 leaf) {
  /** From a chain that TLS has verified. */
  public static PeerIdentity fromChain(List<X509Certificate> chain, Roster roster)
      throws PeerRefusedException {
    throw new UnsupportedOperationException();
  }

  /** Per call: still listed with this role in the roster now in force, and not revoked. */
  public void requireListed(Roster roster) throws PeerRefusedException {
    throw new UnsupportedOperationException();
  }
}
