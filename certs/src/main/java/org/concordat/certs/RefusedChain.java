package org.concordat.certs;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.concordat.certs.PeerRefusedException.Reason;

/**
 * Why a presented chain does not lead to the root, in the words of somebody who can do something
 * about it. Path validation says little more than "path does not chain". The causes that {@code
 * javax.net.ssl} and BoringSSL turn into alerts of their own are kept, so that the peer learns the
 * same.
 */
final class RefusedChain {
  private static final List<String> NAMES = List.of("leaf", "member CA", "jurisdiction CA");

  private RefusedChain() {}

  /**
   * @param chain leaf, member CA, jurisdiction CA
   * @param now by this machine's clock
   * @param thrown what the validation said
   */
  static PeerRefusedException explain(
      List<X509Certificate> chain, Set<X509Certificate> roots, Instant now, Exception thrown) {
    if (!isOfThisAlliance(chain, roots)) {
      return new PeerRefusedException(
          Reason.UNKNOWN_AUTHORITY,
          "its certificates are of another alliance: they do not lead to the root in the pinned"
              + " genesis, nor to one that a roster known here has brought in since. Next: if"
              + " the alliance has a new root, put a member's rosters.json into this home",
          thrown);
    }
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      Instant begins = certificate.getNotBefore().toInstant();
      Instant ends = certificate.getNotAfter().toInstant();
      if (now.isAfter(ends)) {
        return new PeerRefusedException(
            Reason.EXPIRED,
            "its %s certificate ended at %s, and it is %s by this machine's clock"
                .formatted(NAMES.get(i), ends, now),
            because(new CertificateExpiredException(String.valueOf(ends)), thrown));
      }
      if (now.isBefore(begins)) {
        return new PeerRefusedException(
            Reason.NOT_YET_VALID,
            "its %s certificate is valid from %s on, and it is %s by this machine's clock: one of"
                    .formatted(NAMES.get(i), begins, now)
                + " the two clocks is off",
            because(new CertificateNotYetValidException(String.valueOf(begins)), thrown));
      }
    }
    return new PeerRefusedException(
        Reason.CHAIN_INVALID, String.valueOf(thrown.getMessage()), thrown);
  }

  private static boolean isOfThisAlliance(List<X509Certificate> chain, Set<X509Certificate> roots) {
    X509Certificate authority = chain.get(chain.size() - 1);
    return roots.stream().anyMatch(root -> Certificates.isSignedBy(authority, root));
  }

  private static <E extends Exception> E because(E named, Exception thrown) {
    named.initCause(thrown);
    return named;
  }
}
