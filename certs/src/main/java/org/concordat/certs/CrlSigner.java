package org.concordat.certs;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs revocation lists with an authority's key (RFC 5280 section 5). */
final class CrlSigner {
  /** Lists begin this much early, for clocks that lag. */
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  private static final Duration LONGEST = Duration.ofDays(3653);

  private CrlSigner() {}

  /** What becomes revoked; empty: the list is only signed anew. */
  record Serial(BigInteger serial, CRLReason reason) {}

  /**
   * The next list of an authority: what those before revoke, and one certificate more. Its number
   * is above theirs.
   *
   * @param before empty for the first, which gets number 1; several where copies of the authority's
   *     key have signed
   * @param life until a newer one must be there, at least an hour
   * @throws IssuanceRefusedException when that certificate is revoked already, the list is full,
   *     one before is another authority's, or the life is out of bounds
   */
  static Crl next(
      CaCertificates.Issuer issuer,
      List<Crl> before,
      Optional<Serial> revoked,
      Instant now,
      Duration life) {
    if (life.compareTo(Duration.ofHours(1)) < 0 || life.compareTo(LONGEST) > 0) {
      throw new IssuanceRefusedException(
          "a revocation list is good for an hour at least and %d days at most"
              .formatted(LONGEST.toDays()));
    }
    Map<BigInteger, Crl.Revocation> all = union(issuer, before);
    if (revoked.isPresent()) {
      add(all, revoked.get(), now);
    }
    BigInteger number =
        before.stream()
            .map(Crl::number)
            .reduce(BigInteger.ZERO, BigInteger::max)
            .add(BigInteger.ONE);
    X509Certificate certificate = issuer.certificate();
    X509v2CRLBuilder builder =
        new X509v2CRLBuilder(CaCertificates.issuerName(issuer), Date.from(now.minus(BACKDATE)));
    builder.setNextUpdate(Date.from(now.plus(life)));
    for (Crl.Revocation one : all.values()) {
      int reason = one.reason() == CRLReason.UNSPECIFIED ? 0 : one.reason().ordinal();
      builder.addCRLEntry(one.serial(), Date.from(one.at()), reason);
    }
    try {
      builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return Crl.of(
          builder
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key()))
              .getEncoded(),
          certificate);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot sign a revocation list with P-256", e);
    }
  }

  private static Map<BigInteger, Crl.Revocation> union(
      CaCertificates.Issuer issuer, List<Crl> before) {
    Sha256 own = Sha256.ofKey(issuer.certificate().getPublicKey());
    Map<BigInteger, Crl.Revocation> all = new TreeMap<>();
    for (Crl crl : before) {
      if (!crl.issuerKey().equals(own)) {
        throw new IssuanceRefusedException(
            "list number %d is of the authority with key %s, and the next one is for key %s"
                .formatted(crl.number(), crl.issuerKey(), own));
      }
      crl.revoked().forEach(all::putIfAbsent);
    }
    if (all.size() > Crl.MAX_ENTRIES) {
      throw full();
    }
    return all;
  }

  private static void add(Map<BigInteger, Crl.Revocation> all, Serial revoked, Instant now) {
    Crl.Revocation known = all.get(revoked.serial());
    if (known != null) {
      throw new IssuanceRefusedException(
          "serial %s is revoked already, since %s"
              .formatted(Crls.hex(revoked.serial()), known.at()));
    }
    if (all.size() >= Crl.MAX_ENTRIES) {
      throw full();
    }
    all.put(revoked.serial(), new Crl.Revocation(revoked.serial(), now, revoked.reason()));
  }

  private static IssuanceRefusedException full() {
    return new IssuanceRefusedException(
        "a revocation list has room for %d certificates: replace the authority's key"
            .formatted(Crl.MAX_ENTRIES));
  }
}
