package org.concordat.certs;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;

/** The closed profile of authorities' certificates: what is not expected is refused. */
final class CaProfile {
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;
  private static final Set<String> IDS =
      Set.of(Extension.subjectKeyIdentifier.getId(), Extension.authorityKeyIdentifier.getId());

  private CaProfile() {}

  static void requireRoot(X509Certificate root) {
    require("root", root, CaCertificates.ROOT_PATH_LENGTH, null);
    try {
      root.verify(root.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("root certificate is not signed by itself");
    }
  }

  static void requireJurisdiction(
      X509Certificate certificate, AllianceDomain domain, Jurisdiction jurisdiction) {
    require(
        "jurisdiction CA " + jurisdiction,
        certificate,
        CaCertificates.JURISDICTION_PATH_LENGTH,
        NameTree.jurisdiction(domain, jurisdiction));
  }

  static void requireMember(X509Certificate certificate, RosterEntry entry) {
    String what = "member CA of " + entry.id();
    require(what, certificate, CaCertificates.MEMBER_PATH_LENGTH, NameTree.member(entry.dnsName()));
    if (!Sha256.ofKey(certificate.getPublicKey()).equals(entry.memberCa())) {
      throw new IllegalArgumentException(what + " is for another key than the roster lists");
    }
  }

  private static void require(
      String what, X509Certificate certificate, int pathLength, @Nullable NameConstraints names) {
    if (certificate.getVersion() != 3 || !EcKeys.isP256(certificate.getPublicKey())) {
      throw new IllegalArgumentException(what + " must be X.509 version 3 with a P-256 key");
    }
    if (certificate.getBasicConstraints() != pathLength) {
      throw new IllegalArgumentException(
          what + " must be an authority of path length " + pathLength);
    }
    boolean[] usage = certificate.getKeyUsage();
    boolean[] expected = new boolean[usage == null ? 0 : usage.length];
    if (expected.length > CRL_SIGN) {
      expected[KEY_CERT_SIGN] = true;
      expected[CRL_SIGN] = true;
    }
    if (usage == null || expected.length <= CRL_SIGN || !Arrays.equals(usage, expected)) {
      throw new IllegalArgumentException(
          what + " must have the usages keyCertSign and cRLSign only");
    }
    requireExtensions(what, certificate, names);
  }

  private static void requireExtensions(
      String what, X509Certificate certificate, @Nullable NameConstraints names) {
    Set<String> critical = new TreeSet<>();
    critical.add(Extension.basicConstraints.getId());
    critical.add(Extension.keyUsage.getId());
    if (names != null) {
      critical.add(Extension.nameConstraints.getId());
    }
    if (!critical.equals(certificate.getCriticalExtensionOIDs())
        || !IDS.equals(certificate.getNonCriticalExtensionOIDs())) {
      throw new IllegalArgumentException(what + " has other extensions than its profile");
    }
    if (names != null && !names.equals(nameConstraints(certificate))) {
      throw new IllegalArgumentException(what + " has other name constraints than its profile");
    }
  }

  /**
   * @throws IllegalArgumentException when there are none or they cannot be read
   */
  static NameConstraints nameConstraints(X509Certificate certificate) {
    byte[] wrapped = certificate.getExtensionValue(Extension.nameConstraints.getId());
    if (wrapped == null) {
      throw new IllegalArgumentException("certificate without name constraints");
    }
    try {
      return NameConstraints.getInstance(ASN1OctetString.getInstance(wrapped).getOctets());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("unreadable name constraints");
    }
  }
}
