package org.concordat.certs;

import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Revocation lists, good ones to be spoiled. */
final class TestCrl {
  private static final ASN1ObjectIdentifier UNKNOWN =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

  private final CaCertificates.Issuer issuer;
  private final X509v2CRLBuilder builder;
  private PrivateKey key;
  private String algorithm = "SHA256withECDSA";
  private BigInteger number = BigInteger.TWO;
  private Instant until;
  private final Date since; // the JDK takes no revocation that is later than its date

  TestCrl(CaCertificates.Issuer issuer, Instant now) {
    this.issuer = issuer;
    this.key = issuer.key();
    this.builder =
        new X509v2CRLBuilder(CaCertificates.issuerName(issuer), Date.from(now.minusSeconds(60)));
    this.since = Date.from(now.minusSeconds(60));
    this.until = now.plus(Duration.ofHours(1));
  }

  TestCrl revoke(X509Certificate certificate) {
    builder.addCRLEntry(certificate.getSerialNumber(), since, CRLReason.keyCompromise);
    return this;
  }

  TestCrl revoke(BigInteger serial) {
    builder.addCRLEntry(serial, since, CRLReason.keyCompromise);
    return this;
  }

  TestCrl number(long next) {
    number = BigInteger.valueOf(next);
    return this;
  }

  TestCrl noNumber() {
    number = BigInteger.ZERO;
    return this;
  }

  TestCrl from(Instant begin) {
    builder.setThisUpdate(Date.from(begin));
    return this;
  }

  TestCrl until(Instant end) {
    until = end;
    return this;
  }

  TestCrl key(PrivateKey other) {
    key = other;
    return this;
  }

  TestCrl algorithm(String signature) {
    algorithm = signature;
    return this;
  }

  TestCrl unknown(boolean critical) throws Exception {
    builder.addExtension(UNKNOWN, critical, DERNull.INSTANCE);
    return this;
  }

  TestCrl unknownEntry(BigInteger serial) throws Exception {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(UNKNOWN, true, DERNull.INSTANCE);
    builder.addCRLEntry(serial, since, extensions.generate());
    return this;
  }

  TestCrl indirect() throws Exception {
    builder.addExtension(
        Extension.issuingDistributionPoint,
        true,
        new IssuingDistributionPoint(null, false, false, null, true, false));
    return this;
  }

  TestCrl delta() throws Exception {
    builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE));
    return this;
  }

  TestCrl hold(X509Certificate certificate) {
    builder.addCRLEntry(certificate.getSerialNumber(), since, CRLReason.certificateHold);
    return this;
  }

  byte[] sign() throws Exception {
    builder.setNextUpdate(Date.from(until));
    if (number.signum() > 0) {
      builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
    }
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils()
            .createAuthorityKeyIdentifier(issuer.certificate().getPublicKey()));
    return builder.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded();
  }
}
