package org.concordat.coordinator.access;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;

/** What the certificates of a connection say. */
public final class Peers {
  private static final int MEMBER_CA = 1;

  private Peers() {}

  /** Leaf, member CA and jurisdiction CA, or nothing. */
  static List<X509Certificate> chain(ServerCall<?, ?> call) {
    return chain(call.getAttributes());
  }

  /** The same, of a connection. */
  static List<X509Certificate> chain(Attributes connection) {
    List<X509Certificate> chain = new ArrayList<>();
    SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session != null) {
      try {
        for (Certificate certificate : session.getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      } catch (SSLPeerUnverifiedException absent) {
        chain.clear();
      }
    }
    return chain;
  }

  /** The suspended member that these certificates are of. */
  static Optional<MemberId> suspended(List<X509Certificate> chain, Roster roster) {
    return memberCa(chain)
        .flatMap(roster::findByMemberCa)
        .map(RosterEntry::id)
        .filter(member -> roster.findSuspended(member).isPresent());
  }

  static Optional<Sha256> memberCa(List<X509Certificate> chain) {
    return chain.size() <= MEMBER_CA
        ? Optional.empty()
        : Optional.of(Sha256.ofKey(chain.get(MEMBER_CA).getPublicKey()));
  }

  /** The member that has, or had, this CA. */
  public static String name(Sha256 memberCa, Roster roster) {
    return roster
        .findByMemberCa(memberCa)
        .map(entry -> entry.id().value())
        .or(() -> roster.findRevoked(memberCa).map(entry -> entry.id().value()))
        .orElse(TurnedAway.UNAUTHENTICATED);
  }

  /** Of a whole certificate. */
  static Sha256 digest(X509Certificate certificate) {
    try {
      return Sha256.of(certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate of a connection has no encoding", impossible);
    }
  }
}
