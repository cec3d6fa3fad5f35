package org.concordat.iam;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.PeerIdentity;
import org.concordat.certs.Role;
import org.concordat.certs.Sha256;

/**
 * A verified caller: a member acting in the one role of the certificate it presented, or a person
 * of that member who has also signed in.
 *
 * @param certificate SHA-256 of the leaf certificate of the connection
 * @param grants what it may act as, at least one
 * @param person a name for the person that only the coordinator can lead back to anybody
 */
public record Caller(
    MemberId member,
    Jurisdiction jurisdiction,
    Sha256 certificate,
    List<Grant> grants,
    Optional<String> person) {
  public Caller {
    grants = List.copyOf(grants);
    if (grants.isEmpty()) {
      throw new IllegalArgumentException("a caller has at least one role");
    }
  }

  /** The caller behind an authenticated connection. */
  public static Caller of(PeerIdentity peer) {
    return certified(
        peer.member(), peer.role(), peer.jurisdiction(), peer.leaf(), peer.leafExpires());
  }

  /** A member in the one role of a certificate. */
  public static Caller certified(
      MemberId member, Role role, Jurisdiction jurisdiction, Sha256 certificate, Instant until) {
    return new Caller(
        member,
        jurisdiction,
        certificate,
        List.of(Grant.of(role, member, jurisdiction, until)),
        Optional.empty());
  }

  /** {@code agent}, or {@code auditor+operator} of a person. */
  public String roles() {
    return grants.stream()
        .map(grant -> grant.role().wireName())
        .distinct()
        .sorted()
        .collect(Collectors.joining("+"));
  }

  /** {@code lyon as agent (eu)}, for explanations. */
  public String inWords() {
    return member
        + " as "
        + roles()
        + " ("
        + jurisdiction
        + ")"
        + person.map(name -> ", person " + name).orElse("");
  }
}
