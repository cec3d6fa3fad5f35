package org.concordat.certs;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Leaves that a dishonest member could sign with its own member CA key. */
final class TestLeaf {
  private final MemberChain chain;
  private final ParticipantKeys issuer;
  private final KeyPair keys = EcKeys.generate();
  private X500Name subject = new X500Name(new RDN[0]);
  private final List<GeneralName> names = new ArrayList<>();
  private List<KeyPurposeId> purposes =
      List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
  private int usage = KeyUsage.digitalSignature;
  private boolean authority;
  private String algorithm = "SHA256withECDSA";
  private Optional<Boolean> unknown = Optional.empty();
  private Instant from;
  private Instant end;

  private TestLeaf(MemberChain chain, ParticipantKeys issuer, Instant now) {
    this.chain = chain;
    this.issuer = issuer;
    this.from = now.minusSeconds(60);
    this.end = now.plus(Duration.ofHours(24));
  }

  /** A good leaf of {@code member} as an agent, to be spoiled. */
  static TestLeaf of(TestAlliance alliance, MemberId member) {
    String dns = alliance.genesis.roster().find(member).orElseThrow().dnsName();
    TestLeaf leaf =
        new TestLeaf(alliance.chain(member), alliance.keys.get(member), alliance.clock.instant());
    return leaf.name(GeneralName.dNSName, dns)
        .name(GeneralName.uniformResourceIdentifier, "spiffe://" + dns + "/agent");
  }

  TestLeaf name(int type, String value) {
    names.add(new GeneralName(type, value));
    return this;
  }

  TestLeaf noNames() {
    names.clear();
    return this;
  }

  TestLeaf uri(String uri) {
    names.remove(1);
    return name(GeneralName.uniformResourceIdentifier, uri);
  }

  TestLeaf dns(String dns) {
    names.set(0, new GeneralName(GeneralName.dNSName, dns));
    return this;
  }

  TestLeaf subject(String subjectDn) {
    subject = new X500Name(subjectDn);
    return this;
  }

  TestLeaf purposes(KeyPurposeId... wanted) {
    purposes = List.of(wanted);
    return this;
  }

  TestLeaf usage(int bits) {
    usage = bits;
    return this;
  }

  TestLeaf authority() {
    authority = true;
    return this;
  }

  TestLeaf algorithm(String signature) {
    algorithm = signature;
    return this;
  }

  /** With an extension that nobody knows. */
  TestLeaf unknown(boolean critical) {
    unknown = Optional.of(critical);
    return this;
  }

  TestLeaf valid(Instant begin, Instant until) {
    from = begin;
    end = until;
    return this;
  }

  X509Certificate sign() throws Exception {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            X500Name.getInstance(chain.memberCa().getSubjectX500Principal().getEncoded()),
            BigInteger.TWO,
            Date.from(from),
            Date.from(end),
            subject,
            keys.getPublic());
    JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          true,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
    if (!purposes.isEmpty()) {
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
    }
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(keys.getPublic()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        ids.createAuthorityKeyIdentifier(chain.memberCa().getPublicKey()));
    if (unknown.isPresent()) {
      builder.addExtension(
          new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), unknown.get(), DERNull.INSTANCE);
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder(algorithm).build(issuer.memberCaPrivateKey())));
  }

  /** The leaf with the member's own chain. */
  X509Certificate[] chain() throws Exception {
    return new X509Certificate[] {sign(), chain.memberCa(), chain.jurisdictionCa()};
  }
}
