package org.concordat.certs;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.concordat.certs.CrlRefusedException.Reason;

/**
 * The revocation lists in force, the newest of each authority: what a chain is held against, at
 * each handshake and call. An authority without a list has revoked nothing. One whose list has
 * ended is refused with all that it issued: whoever hides the next list gains no more time than the
 * last one gave. Immutable.
 */
public final class Crls {
  public static final Crls NONE = new Crls(Map.of(), true);

  /** A list may begin this much ahead of our clock. */
  static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private static final List<String> NAMES = List.of("leaf", "member CA", "jurisdiction CA");

  private final Map<Sha256, Crl> byIssuer;

  private final boolean mustHold;

  private Crls(Map<Sha256, Crl> byIssuer, boolean mustHold) {
    this.byIssuer = Map.copyOf(byIssuer);
    this.mustHold = mustHold;
  }

  /** Lists that were taken before: whoever kept them vouches for them. */
  public static Crls of(Collection<Crl> taken) {
    Map<Sha256, Crl> all = new HashMap<>();
    taken.forEach(crl -> all.put(crl.issuerKey(), crl));
    return new Crls(all, true);
  }

  /**
   * The same lists, also where they have ended: what they revoke is refused, and nothing else. For
   * asking for newer ones, of whoever may itself be {@code CRL_ENDED}.
   */
  Crls evenEnded() {
    return new Crls(byIssuer, false);
  }

  /** In no order. */
  public List<Crl> all() {
    return List.copyOf(byIssuer.values());
  }

  /** The list of the authority with this key. */
  public Optional<Crl> find(Sha256 issuerKey) {
    return Optional.ofNullable(byIssuer.get(issuerKey));
  }

  /** Whether this very list is known. */
  public boolean has(Crl crl) {
    return find(crl.issuerKey()).filter(known -> Arrays.equals(known.der(), crl.der())).isPresent();
  }

  /**
   * With a newer list. One that has ended is taken where none of its issuer is known, as in a store
   * that was lost: then all that its issuer issued is refused.
   *
   * @param roots in force
   * @param roster in force
   * @param now by this machine's clock
   * @throws CrlRefusedException when its signer issues nothing in this alliance, or comes with
   *     another certificate than issuers have, its number is not above the one that is known, a
   *     known revocation is missing, or it is not its time
   */
  public Crls with(Crl next, Set<X509Certificate> roots, Roster roster, Instant now) {
    boolean known = find(next.issuerKey()).isPresent();
    Crls more = alsoEnded(next, roots, roster, now);
    if (known && next.hasEnded(now)) {
      throw new CrlRefusedException(
          Reason.ENDED,
          "it ended at %s, and it is %s by this machine's clock: its issuer signs a new one"
              .formatted(next.nextUpdate(), now));
    }
    return more;
  }

  /**
   * With what is taken of some lists, for whoever keeps none from one time to the next. Ended ones
   * are taken too: what they revoke stays revoked, and what their issuers issued is refused.
   *
   * @param rosters in force
   * @param now by this machine's clock
   * @param refused told of each list that is not taken
   */
  public Crls withAll(
      List<Crl> lists, RosterChain rosters, Instant now, Consumer<CrlRefusedException> refused) {
    Set<X509Certificate> roots = Set.copyOf(Authority.roots(rosters.authorities()));
    Crls all = this;
    for (Crl next : lists) {
      try {
        all = all.has(next) ? all : all.alsoEnded(next, roots, rosters.latest(), now);
      } catch (CrlRefusedException not) {
        refused.accept(not);
      }
    }
    return all;
  }

  /** Without those that have ended. */
  public Crls current(Instant now) {
    return of(all().stream().filter(crl -> !crl.hasEnded(now)).toList());
  }

  private Crls alsoEnded(Crl next, Set<X509Certificate> roots, Roster roster, Instant now) {
    requireIssuer(next.issuer(), roots, roster);
    Crl known = byIssuer.get(next.issuerKey());
    if (known != null) {
      requireNewer(known, next);
    }
    if (next.thisUpdate().isAfter(now.plus(CLOCKS_APART))) {
      throw new CrlRefusedException(
          Reason.NOT_YET_VALID,
          "it is from %s, and it is %s by this machine's clock: one of the two clocks is off"
              .formatted(next.thisUpdate(), now));
    }
    Map<Sha256, Crl> more = new HashMap<>(byIssuer);
    more.put(next.issuerKey(), next);
    return new Crls(more, mustHold);
  }

  private static void requireNewer(Crl known, Crl next) {
    if (next.number().compareTo(known.number()) <= 0) {
      throw new CrlRefusedException(
          Reason.OLDER,
          "its number is %d, and number %d of the same issuer is in force"
              .formatted(next.number(), known.number()));
    }
    known
        .revoked()
        .keySet()
        .forEach(
            serial -> {
              if (!next.revoked().containsKey(serial)) {
                throw new CrlRefusedException(
                    Reason.TAKEN_BACK,
                    "serial %s was revoked by number %d and is missing: a revocation is for good"
                        .formatted(hex(serial), known.number()));
              }
            });
  }

  private static void requireIssuer(
      X509Certificate issuer, Set<X509Certificate> roots, Roster roster) {
    Optional<RosterEntry> member = roster.findByMemberCa(Sha256.ofKey(issuer.getPublicKey()));
    if (member.isPresent()) {
      requireProfile(issuer, member.get());
    } else if (!roots.contains(issuer) && !isJurisdiction(issuer, roots)) {
      throw new CrlRefusedException(
          Reason.NOT_AN_ISSUER,
          "%s, key %s, is no root, no jurisdiction CA and no member CA by roster version %d"
              .formatted(
                  issuer.getSubjectX500Principal(),
                  Sha256.ofKey(issuer.getPublicKey()),
                  roster.version()));
    }
  }

  /** Each site takes the certificate on with the list, and anybody with the key could make it. */
  private static void requireProfile(X509Certificate issuer, RosterEntry member) {
    try {
      CaProfile.requireMember(issuer, member);
    } catch (IllegalArgumentException other) {
      throw new CrlRefusedException(
          Reason.NOT_AN_ISSUER, "the certificate of its issuer: " + other.getMessage());
    }
  }

  private static boolean isJurisdiction(X509Certificate issuer, Set<X509Certificate> roots) {
    return issuer.getBasicConstraints() == CaCertificates.JURISDICTION_PATH_LENGTH
        && roots.stream().anyMatch(root -> Certificates.isSignedBy(issuer, root));
  }

  /**
   * Holds a chain that was validated against the lists: no cryptography, so that each call can be.
   *
   * @param chain leaf, member CA, jurisdiction CA
   * @param roots in force
   * @throws PeerRefusedException {@code CERTIFICATE_REVOKED}, or {@code CRL_ENDED}
   */
  public void requireGood(List<X509Certificate> chain, Set<X509Certificate> roots, Instant now)
      throws PeerRefusedException {
    if (byIssuer.isEmpty()) {
      return;
    }
    for (int i = 0; i < chain.size(); i++) {
      Optional<Crl> crl = ofIssuer(chain, i, roots);
      if (crl.isPresent()) {
        requireNotRevoked(NAMES.get(i), chain.get(i), crl.get());
      }
    }
    for (int i = 0; i < chain.size(); i++) { // after: a list that has ended hides no revocation
      Optional<Crl> crl = ofIssuer(chain, i, roots);
      if (crl.isPresent()) {
        requireNotEnded(NAMES.get(i), crl.get(), now);
      }
    }
  }

  private Optional<Crl> ofIssuer(List<X509Certificate> chain, int i, Set<X509Certificate> roots) {
    Optional<X509Certificate> issuer =
        i + 1 < chain.size() ? Optional.of(chain.get(i + 1)) : root(chain.get(i), roots);
    return issuer.flatMap(by -> find(Sha256.ofKey(by.getPublicKey())));
  }

  private static void requireNotRevoked(String what, X509Certificate certificate, Crl crl)
      throws PeerRefusedException {
    Crl.Revocation revoked = crl.revoked().get(certificate.getSerialNumber());
    if (revoked != null) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.CERTIFICATE_REVOKED,
          "its %s certificate, serial %s, was revoked at %s (%s), by list number %d"
              .formatted(
                  what, hex(revoked.serial()), revoked.at(), revoked.reason(), crl.number()));
    }
  }

  private void requireNotEnded(String what, Crl crl, Instant now) throws PeerRefusedException {
    if (mustHold && crl.hasEnded(now)) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.CRL_ENDED,
          ("the revocation list of the issuer of its %s certificate, %s, ended at %s, and it is %s by"
                  + " this machine's clock: that issuer signs a new one ('cert revoke --renew'), and"
                  + " any member carries it ('cert publish')")
              .formatted(what, crl.issuer().getSubjectX500Principal(), crl.nextUpdate(), now));
    }
  }

  /** The root that a jurisdiction's authority names as its issuer. */
  static Optional<X509Certificate> root(
      X509Certificate jurisdictionCa, Set<X509Certificate> roots) {
    byte[] named = authorityKeyId(jurisdictionCa);
    return roots.stream().filter(root -> Arrays.equals(Crl.subjectKeyId(root), named)).findFirst();
  }

  private static byte[] authorityKeyId(X509Certificate certificate) {
    byte[] wrapped = certificate.getExtensionValue(Extension.authorityKeyIdentifier.getId());
    return wrapped == null
        ? new byte[0]
        : AuthorityKeyIdentifier.getInstance(ASN1OctetString.getInstance(wrapped).getOctets())
            .getKeyIdentifierOctets();
  }

  /** As commands and messages write a serial number. */
  public static String hex(BigInteger serial) {
    return serial.toString(16);
  }
}
