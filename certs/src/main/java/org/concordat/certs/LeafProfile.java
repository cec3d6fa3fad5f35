package org.concordat.certs;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * The closed profile of a TLS leaf, checked by hand because path validators accept leaves without
 * names, without usages, with extra names and with odd URIs.
 *
 * @param dnsName its one DNS name
 * @param role the path of its one URI, {@code spiffe://<dnsName>/<role>} exactly
 */
record LeafProfile(String dnsName, Role role) {
  /** A member that gives itself longer leaves is refused: leaves are short instead of revoked. */
  static final Duration MAX_LIFETIME = Duration.ofDays(7);

  /** Leaves begin this much early, for clocks that lag. */
  static final Duration BACKDATE = Duration.ofMinutes(5);

  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;
  private static final Set<String> CRITICAL =
      Set.of(
          Extension.basicConstraints.getId(),
          Extension.keyUsage.getId(),
          Extension.subjectAlternativeName.getId());
  private static final Set<String> NON_CRITICAL =
      Set.of(
          Extension.extendedKeyUsage.getId(),
          Extension.subjectKeyIdentifier.getId(),
          Extension.authorityKeyIdentifier.getId());
  private static final Set<String> USAGES =
      Set.of(KeyPurposeId.id_kp_serverAuth.getId(), KeyPurposeId.id_kp_clientAuth.getId());

  static String uri(String dnsName, Role role) {
    return "spiffe://" + dnsName + "/" + role.wireName();
  }

  /**
   * @throws PeerRefusedException with reason LEAF_PROFILE when anything differs from the profile
   */
  static LeafProfile of(X509Certificate leaf) throws PeerRefusedException {
    try {
      requireShape(leaf);
      requireUsages(leaf);
      return names(leaf);
    } catch (CertificateParsingException | RuntimeException e) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.LEAF_PROFILE, "unreadable leaf certificate", e);
    }
  }

  private static void requireShape(X509Certificate leaf) throws PeerRefusedException {
    require(leaf.getVersion() == 3, "must be X.509 version 3");
    require(EcKeys.isP256(leaf.getPublicKey()), "must have a P-256 key");
    require(
        leaf.getSigAlgOID().equals(X9ObjectIdentifiers.ecdsa_with_SHA256.getId()),
        "must be signed with ECDSA and SHA-256, not " + Quoted.text(leaf.getSigAlgName()));
    require(leaf.getBasicConstraints() < 0, "must not be an authority");
    require(isEmptySubject(leaf), "must have an empty subject");
    require(
        CRITICAL.equals(leaf.getCriticalExtensionOIDs())
            && NON_CRITICAL.equals(leaf.getNonCriticalExtensionOIDs()),
        "must have exactly the extensions of the profile");
    Duration lifetime =
        Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    require(
        lifetime.compareTo(MAX_LIFETIME.plus(BACKDATE)) <= 0,
        "is valid for " + lifetime + ", more than " + MAX_LIFETIME);
  }

  private static boolean isEmptySubject(X509Certificate leaf) {
    // An empty sequence (RFC 5280 section 4.1.2.6).
    return Arrays.equals(leaf.getSubjectX500Principal().getEncoded(), new byte[] {0x30, 0});
  }

  private static void requireUsages(X509Certificate leaf)
      throws PeerRefusedException, CertificateParsingException {
    boolean[] usage = leaf.getKeyUsage();
    boolean digitalSignatureOnly = usage != null && usage.length > 0 && usage[0];
    for (int i = 1; digitalSignatureOnly && i < usage.length; i++) {
      digitalSignatureOnly = !usage[i];
    }
    require(digitalSignatureOnly, "must have the key usage digitalSignature only");
    List<String> extended = leaf.getExtendedKeyUsage();
    require(
        extended != null
            && extended.size() == USAGES.size()
            && USAGES.containsAll(extended)
            && extended.containsAll(USAGES),
        "must have the extended usages serverAuth and clientAuth only");
  }

  private static LeafProfile names(X509Certificate leaf)
      throws PeerRefusedException, CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    String dnsName = only(names, DNS_NAME);
    String uri = only(names, URI_NAME);
    if (names == null || names.size() != 2 || dnsName == null || uri == null) {
      throw refused("must have one DNS and one URI name only");
    }
    for (Role role : Role.values()) {
      if (uri.equals(uri(dnsName, role))) {
        return new LeafProfile(dnsName, role);
      }
    }
    throw refused(
        "URI name must be spiffe://%s/<role>, not %s".formatted(dnsName, Quoted.text(uri)));
  }

  private static @Nullable String only(@Nullable Collection<List<?>> names, int type) {
    if (names == null) {
      return null;
    }
    for (List<?> name : names) {
      if (name.get(0).equals(type) && name.get(1) instanceof String text) {
        return text;
      }
    }
    return null;
  }

  private static void require(boolean holds, String problem) throws PeerRefusedException {
    if (!holds) {
      throw refused(problem);
    }
  }

  private static PeerRefusedException refused(String problem) {
    return new PeerRefusedException(
        PeerRefusedException.Reason.LEAF_PROFILE, "the leaf certificate " + problem);
  }
}
