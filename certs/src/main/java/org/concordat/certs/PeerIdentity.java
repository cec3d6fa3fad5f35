package org.concordat.certs;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.certs.PeerRefusedException.Reason;

/**
 * Who is at the other end of a connection.
 *
 * @param memberCa SHA-256 of the member CA's SubjectPublicKeyInfo, the key of per-call checks
 * @param leaf SHA-256 of the leaf certificate
 * @param leafExpires when the leaf expires; the connection must end by then
 */
public record PeerIdentity(
    MemberId member,
    Role role,
    Jurisdiction jurisdiction,
    Sha256 memberCa,
    Sha256 leaf,
    Instant leafExpires) {
  static final int CHAIN_LENGTH = 3;

  /**
   * From a chain whose signatures {@link AllianceTrustManager} has verified; here only the leaf's
   * profile and the roster are checked, not the path.
   *
   * @param chain leaf, member CA, jurisdiction CA
   * @throws PeerRefusedException when the leaf does not fit, or the roster does not list it
   */
  public static PeerIdentity fromChain(List<X509Certificate> chain, Roster roster)
      throws PeerRefusedException {
    if (chain.size() != CHAIN_LENGTH) {
      throw new PeerRefusedException(
          Reason.CHAIN_LENGTH,
          "expected leaf, member CA and jurisdiction CA, not " + chain.size() + " certificates");
    }
    LeafProfile leaf = LeafProfile.of(chain.get(0));
    Sha256 memberCa = Sha256.ofKey(chain.get(1).getPublicKey());
    RosterEntry entry = listed(roster, memberCa);
    if (!entry.dnsName().equals(leaf.dnsName())) {
      throw new PeerRefusedException(
          Reason.NOT_IN_ROSTER,
          "the roster knows this member CA as %s, the leaf says %s"
              .formatted(entry.dnsName(), Quoted.text(leaf.dnsName())));
    }
    PeerIdentity peer =
        new PeerIdentity(
            entry.id(),
            leaf.role(),
            entry.jurisdiction(),
            memberCa,
            Sha256.of(Certificates.der(chain.get(0))),
            chain.get(0).getNotAfter().toInstant());
    peer.requireRole(entry, roster);
    return peer;
  }

  /**
   * Per call: still listed with this role in the roster now in force, and not revoked.
   *
   * @throws PeerRefusedException otherwise
   */
  public void requireListed(Roster roster) throws PeerRefusedException {
    RosterEntry entry = listed(roster, memberCa);
    if (!entry.id().equals(member) || !entry.jurisdiction().equals(jurisdiction)) {
      throw new PeerRefusedException(
          Reason.NOT_IN_ROSTER, "the roster knows this member CA as " + entry.dnsName());
    }
    requireRole(entry, roster);
  }

  private void requireRole(RosterEntry entry, Roster roster) throws PeerRefusedException {
    if (!entry.roles().contains(role)) {
      throw new PeerRefusedException(
          Reason.ROLE_NOT_GRANTED,
          "roster version %d does not give %s the role %s"
              .formatted(roster.version(), member, role.wireName()));
    }
  }

  private static void requireActive(Roster roster, MemberId id) throws PeerRefusedException {
    Optional<SuspendedEntry> suspended = roster.findSuspended(id);
    if (suspended.isPresent()) {
      throw new PeerRefusedException(
          Reason.SUSPENDED, "member %s is suspended: %s".formatted(id, suspended.get().reason()));
    }
  }

  private static RosterEntry listed(Roster roster, Sha256 memberCa) throws PeerRefusedException {
    Optional<RosterEntry> entry = roster.findByMemberCa(memberCa);
    if (entry.isPresent()) {
      requireActive(roster, entry.get().id());
      return entry.get();
    }
    Optional<RevokedEntry> revoked = roster.findRevoked(memberCa);
    if (revoked.isPresent()) {
      throw new PeerRefusedException(
          Reason.REVOKED,
          "member %s was revoked: %s".formatted(revoked.get().id(), revoked.get().reason()));
    }
    throw new PeerRefusedException(
        Reason.NOT_IN_ROSTER,
        "roster version %d does not list member CA %s".formatted(roster.version(), memberCa));
  }
}
