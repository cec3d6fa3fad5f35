package org.concordat.certs;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes certificates of authorities: ECDSA with SHA-256 on P-256, no CN anywhere (the JDK reads one
 * as a DNS name), path lengths 2, 1 and 0 from the root down, {@link NameTree} critical.
 */
final class CaCertificates {
  /** Certificates of authorities begin this much early, for clocks that lag. */
  static final Duration CA_BACKDATE = Duration.ofHours(1);

  static final int ROOT_PATH_LENGTH = 2;
  static final int JURISDICTION_PATH_LENGTH = 1;
  static final int MEMBER_PATH_LENGTH = 0;

  private static final int SERIAL_BITS = 159; // RFC 5280 section 4.1.2.2: at most 20 octets.

  private CaCertificates() {}

  /** Who signs: the issuer's certificate and private key. */
  record Issuer(X509Certificate certificate, PrivateKey key) {}

  static X509Certificate root(AllianceName alliance, KeyPair keys, int years, Instant now) {
    X500Name name = name(alliance, "root", null);
    X509v3CertificateBuilder builder =
        builder(name, name, keys.getPublic(), now, years(now, years));
    return sign(
        builder, keys.getPublic(), keys.getPublic(), ROOT_PATH_LENGTH, null, keys.getPrivate());
  }

  static X509Certificate jurisdiction(
      Issuer root,
      AllianceName alliance,
      AllianceDomain domain,
      Jurisdiction jurisdiction,
      PublicKey subject,
      int years,
      Instant now) {
    X500Name name = name(alliance, jurisdiction.code(), null);
    Instant end = earlier(years(now, years), root.certificate());
    return sign(
        builder(issuerName(root), name, subject, now, end),
        subject,
        root.certificate().getPublicKey(),
        JURISDICTION_PATH_LENGTH,
        NameTree.jurisdiction(domain, jurisdiction),
        root.key());
  }

  static X509Certificate member(
      Issuer jurisdictionCa,
      AllianceName alliance,
      RosterEntry entry,
      PublicKey subject,
      int years,
      Instant now) {
    X500Name name = name(alliance, entry.jurisdiction().code(), entry.id().value());
    Instant end = earlier(years(now, years), jurisdictionCa.certificate());
    return sign(
        builder(issuerName(jurisdictionCa), name, subject, now, end),
        subject,
        jurisdictionCa.certificate().getPublicKey(),
        MEMBER_PATH_LENGTH,
        NameTree.member(entry.dnsName()),
        jurisdictionCa.key());
  }

  /** A positive random serial number. */
  static BigInteger serial() {
    return new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
  }

  static X500Name issuerName(Issuer issuer) {
    return X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
  }

  static Instant earlier(Instant wanted, X509Certificate issuer) {
    Instant issuerEnd = issuer.getNotAfter().toInstant();
    return wanted.isBefore(issuerEnd) ? wanted : issuerEnd;
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant end) {
    Date from = Date.from(now.minus(CA_BACKDATE));
    return new JcaX509v3CertificateBuilder(issuer, serial(), from, Date.from(end), subject, key);
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder,
      PublicKey subject,
      PublicKey issuer,
      int pathLength,
      @Nullable NameConstraints names,
      PrivateKey key) {
    try {
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(subject));
      builder.addExtension(
          Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(issuer));
      if (names != null) {
        builder.addExtension(Extension.nameConstraints, true, names);
      }
      return sign(builder, key);
    } catch (GeneralSecurityException | CertIOException e) {
      throw new IllegalStateException("cannot build a certificate", e);
    }
  }

  static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot sign a certificate with P-256", e);
    }
  }

  private static X500Name name(AllianceName alliance, String unit, @Nullable String member) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
    name.addRDN(BCStyle.O, alliance.value());
    name.addRDN(BCStyle.OU, unit);
    if (member != null) {
      name.addRDN(BCStyle.OU, member);
    }
    return name.build();
  }

  private static Instant years(Instant now, int years) {
    return now.atOffset(ZoneOffset.UTC).plusYears(years).toInstant();
  }
}
