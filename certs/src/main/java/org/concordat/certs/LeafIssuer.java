package org.concordat.certs;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;

/**
 * Issues a site's TLS leaves at the site itself, with its member CA key: P-256 with a fresh key
 * each time, empty subject, one DNS name and one URI name {@code spiffe://<dnsName>/<role>}, both
 * extended usages. Leaf keys live in memory only.
 */
public final class LeafIssuer {
  public static final Duration DEFAULT_VALIDITY = Duration.ofHours(24);

  /** Longer ones are refused everywhere. */
  public static final Duration MAX_VALIDITY = LeafProfile.MAX_LIFETIME;

  private final ParticipantKeys keys;
  private final Supplier<MemberChain> chains;
  private final String dnsName;
  private final Role role;
  private final Duration validity;
  private final Clock clock;

  /** A leaf with its key and the time from which the next one is due. */
  record Leaf(KeyPair keys, List<X509Certificate> chain, Instant renewalDue) {}

  /**
   * @param validity how long each leaf is good, above zero and at most 7 days
   * @throws IssuanceRefusedException when the member CA certificate is not for these keys, or is
   *     not a member CA certificate, or the validity is out of bounds
   */
  public LeafIssuer(
      ParticipantKeys keys, MemberChain chain, Role role, Duration validity, Clock clock) {
    this(keys, () -> chain, role, validity, clock);
  }

  /**
   * @param chains asked for each leaf: the certificate below the root is another one when the
   *     alliance changes its root
   * @throws IssuanceRefusedException as above
   */
  public LeafIssuer(
      ParticipantKeys keys,
      Supplier<MemberChain> chains,
      Role role,
      Duration validity,
      Clock clock) {
    MemberChain chain = chains.get();
    if (validity.isZero()
        || validity.isNegative()
        || validity.compareTo(LeafProfile.MAX_LIFETIME) > 0) {
      throw new IssuanceRefusedException(
          "leaf validity must be above zero and at most %s, not %s"
              .formatted(LeafProfile.MAX_LIFETIME, validity));
    }
    if (!Sha256.ofKey(chain.memberCa().getPublicKey()).equals(keys.memberCaDigest())) {
      throw new IssuanceRefusedException(
          "the member CA certificate is for another key than this site's");
    }
    this.keys = keys;
    this.chains = chains;
    this.dnsName = dnsName(chain);
    this.role = role;
    this.validity = validity;
    this.clock = clock;
  }

  /** The certificate name of this site. */
  public String dnsName() {
    return dnsName;
  }

  public Role role() {
    return role;
  }

  /** What its next leaf would be presented with. */
  MemberChain chain() {
    return chains.get();
  }

  Clock clock() {
    return clock;
  }

  /**
   * A new leaf, due for renewal at two thirds of its validity.
   *
   * @throws IssuanceRefusedException when the member CA certificate has expired, or is not valid
   *     yet, or its key does not sign now
   */
  Leaf issue() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    MemberChain chain = chains.get();
    requireMemberCa(chain, now);
    Instant end = CaCertificates.earlier(now.plus(validity), chain.memberCa());
    KeyPair leafKeys = EcKeys.generate();
    X509Certificate leaf = sign(chain, leafKeys, now.minus(LeafProfile.BACKDATE), end);
    Duration life = Duration.between(now, end);
    Instant renewalDue = now.plus(life.multipliedBy(2).dividedBy(3));
    return new Leaf(leafKeys, List.of(leaf, chain.memberCa(), chain.jurisdictionCa()), renewalDue);
  }

  private static void requireMemberCa(MemberChain chain, Instant now) {
    Instant begin = chain.memberCa().getNotBefore().toInstant();
    Instant end = chain.memberCa().getNotAfter().toInstant();
    if (!now.isBefore(end)) {
      throw new IssuanceRefusedException(
          "this site's member CA certificate expired at %s and it is %s by this machine's clock. Next: ask"
                  .formatted(end, now)
              + " the alliance to sign your member CA key again, or put the clock right");
    }
    if (now.isBefore(begin)) {
      throw new IssuanceRefusedException(
          "this site's member CA certificate is valid from %s on and it is %s by this machine's clock."
                  .formatted(begin, now)
              + " Next: put the clock right");
    }
  }

  private X509Certificate sign(MemberChain chain, KeyPair leafKeys, Instant from, Instant end) {
    CaCertificates.Issuer issuer =
        new CaCertificates.Issuer(chain.memberCa(), keys.memberCaPrivateKey());
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            CaCertificates.issuerName(issuer),
            CaCertificates.serial(),
            Date.from(from),
            Date.from(end),
            new X500Name(new RDN[0]),
            leafKeys.getPublic());
    try {
      addExtensions(builder, chain, leafKeys);
    } catch (GeneralSecurityException | CertIOException e) {
      throw new IllegalStateException("cannot build a leaf certificate", e);
    }
    try {
      return CaCertificates.sign(builder, issuer.key());
    } catch (RuntimeException away) { // each provider has its own: a token throws what it likes
      throw new IssuanceRefusedException(
          "the member CA key does not sign (%s). Next: see to the token that holds it; if that is"
                  .formatted(innermost(away))
              + " there again, restart this program",
          away);
    }
  }

  private static String innermost(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
  }

  private void addExtensions(X509v3CertificateBuilder builder, MemberChain chain, KeyPair leafKeys)
      throws GeneralSecurityException, CertIOException {
    JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    // Critical because the subject is empty (RFC 5280 section 4.2.1.6).
    builder.addExtension(Extension.subjectAlternativeName, true, names());
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        ids.createSubjectKeyIdentifier(leafKeys.getPublic()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        ids.createAuthorityKeyIdentifier(chain.memberCa().getPublicKey()));
  }

  private GeneralNames names() {
    return new GeneralNames(
        new GeneralName[] {
          new GeneralName(GeneralName.dNSName, dnsName),
          new GeneralName(GeneralName.uniformResourceIdentifier, LeafProfile.uri(dnsName, role))
        });
  }

  private static String dnsName(MemberChain chain) {
    try {
      return NameTree.memberDnsName(CaProfile.nameConstraints(chain.memberCa()));
    } catch (IllegalArgumentException e) {
      throw new IssuanceRefusedException(String.valueOf(e.getMessage()));
    }
  }
}
