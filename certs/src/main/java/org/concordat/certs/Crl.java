package org.concordat.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.concordat.certs.CrlRefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A certificate revocation list (RFC 5280 section 5) with the certificate of the authority that
 * signed it. Every instance is within the profile and signed by that authority: version 2, ECDSA
 * with SHA-256, authority key identifier, a number, both times, and of each entry at most a reason.
 * Complete and direct: no delta, no other issuer's certificates, no hold. Whether the authority is
 * one of this alliance, and the list the newest, is for {@link Crls} to say.
 */
public final class Crl {
  /** Certificates that one list may revoke; beyond, the authority gets a new key. */
  public static final int MAX_ENTRIES = 1024;

  static final int MAX_PEM_BYTES = 256 << 10;

  /** A list with all its entries is shorter. */
  static final int MAX_LIST_BYTES = 64 << 10;

  /**
   * An authority's certificate within its profile has hundreds; more is there to be sent around.
   */
  static final int MAX_ISSUER_BYTES = 4 << 10;

  private static final String CRL_BLOCK = "X509 CRL"; // RFC 7468 section 6
  private static final String CERTIFICATE_BLOCK = "CERTIFICATE";
  private static final int MAX_NUMBER_BITS = 159; // RFC 5280 section 5.2.3: at most 20 octets
  private static final int MAX_SERIAL_BITS = 160; // section 4.1.2.2, and as 40 hex digits
  private static final Set<String> EXTENSIONS =
      Set.of(Extension.authorityKeyIdentifier.getId(), Extension.cRLNumber.getId());
  private static final Set<String> ENTRY_EXTENSIONS = Set.of(Extension.reasonCode.getId());

  private final X509CRL list;
  private final X509Certificate issuer;
  private final BigInteger number;
  private final Map<BigInteger, Revocation> revoked;

  /** One certificate of the issuer that is not good any more. */
  public record Revocation(BigInteger serial, Instant at, CRLReason reason) {}

  private Crl(X509CRL list, X509Certificate issuer) {
    this.list = list;
    this.issuer = issuer;
    requireProfile();
    this.number = readNumber();
    this.revoked = readEntries();
    requireSignature();
  }

  /**
   * @throws CrlRefusedException when it is outside the profile, or not signed by {@code issuer}
   */
  static Crl of(byte[] der, X509Certificate issuer) {
    try {
      var lists =
          CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(der));
      if (lists.size() != 1
          || !(lists.iterator().next() instanceof X509CRL list)
          || !Arrays.equals(list.getEncoded(), der)) {
        throw malformed("not exactly one list in DER");
      }
      return new Crl(list, issuer);
    } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
      throw malformed("not a revocation list in DER");
    }
  }

  /**
   * Reads any number of lists, each followed by its issuer's certificate (RFC 7468 sections 5, 6).
   *
   * @throws CrlRefusedException when anything else is in it, or one of them is refused by itself
   */
  public static List<Crl> parsePem(byte[] pem) {
    List<Crl> found = new ArrayList<>();
    String text = new String(pem, StandardCharsets.US_ASCII);
    try (PemReader reader = new PemReader(new StringReader(text))) {
      for (PemObject block = reader.readPemObject();
          block != null;
          block = reader.readPemObject()) {
        PemObject next = reader.readPemObject();
        if (!block.getType().equals(CRL_BLOCK)
            || next == null
            || !next.getType().equals(CERTIFICATE_BLOCK)) {
          throw malformed(
              "each block X509 CRL must be followed by the block CERTIFICATE of its issuer");
        }
        requireLength("a list", block, MAX_LIST_BYTES);
        requireLength("the certificate of a list's issuer", next, MAX_ISSUER_BYTES);
        found.add(of(block.getContent(), Certificates.parse(next.getContent())));
      }
    } catch (CrlRefusedException refused) {
      throw refused;
    } catch (IOException | RuntimeException e) {
      throw malformed(
          "not lists and certificates in PEM: " + Quoted.text(String.valueOf(e.getMessage())));
    }
    return found;
  }

  private static void requireLength(String what, PemObject block, int most) {
    if (block.getContent().length > most) {
      throw malformed(
          "%s has %d bytes, at most %d".formatted(what, block.getContent().length, most));
    }
  }

  /**
   * Reads exactly one.
   *
   * @throws CrlRefusedException as {@link #parsePem}
   */
  public static Crl parseOne(byte[] pem) {
    List<Crl> found = pem.length > MAX_PEM_BYTES ? List.of() : parsePem(pem);
    if (found.size() != 1) {
      throw malformed(
          "exactly one list with its issuer's certificate is needed, in at most %d bytes"
              .formatted(MAX_PEM_BYTES));
    }
    return found.get(0);
  }

  /** RFC 7468 text: the list, then its issuer's certificate. OpenSSL reads the list of it. */
  public byte[] toPem() {
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der())
            + "\n-----END "
            + CRL_BLOCK
            + "-----\n";
    return ("-----BEGIN "
            + CRL_BLOCK
            + "-----\n"
            + body
            + new String(Certificates.pem(List.of(issuer)), StandardCharsets.US_ASCII))
        .getBytes(StandardCharsets.US_ASCII);
  }

  byte[] der() {
    try {
      return list.getEncoded();
    } catch (CRLException e) {
      throw new IllegalStateException("a list that was read has no encoding", e);
    }
  }

  /** The authority whose certificates it is about. */
  public X509Certificate issuer() {
    return issuer;
  }

  /** SHA-256 of the issuer's SubjectPublicKeyInfo: one list in force for each. */
  public Sha256 issuerKey() {
    return Sha256.ofKey(issuer.getPublicKey());
  }

  /** From 1 on, growing. */
  public BigInteger number() {
    return number;
  }

  public Instant thisUpdate() {
    return list.getThisUpdate().toInstant();
  }

  /** When a newer one must be there: from then on its issuer's certificates are refused. */
  public Instant nextUpdate() {
    return list.getNextUpdate().toInstant();
  }

  boolean hasEnded(Instant now) {
    return !now.isBefore(nextUpdate());
  }

  /** By serial number. */
  public Map<BigInteger, Revocation> revoked() {
    return revoked;
  }

  private void requireProfile() {
    if (list.getVersion() != 2
        || !list.getSigAlgOID().equals(X9ObjectIdentifiers.ecdsa_with_SHA256.getId())) {
      throw malformed("it must be version 2, signed with ECDSA and SHA-256");
    }
    Set<String> critical = known(list.getCriticalExtensionOIDs());
    if (critical.contains(Extension.issuingDistributionPoint.getId())) {
      throw new CrlRefusedException(
          Reason.INDIRECT,
          "it is about other issuers' or only some certificates; sign a whole one");
    }
    if (critical.contains(Extension.deltaCRLIndicator.getId())) {
      throw new CrlRefusedException(Reason.DELTA, "it is a delta; sign a whole one");
    }
    if (!critical.isEmpty() || !EXTENSIONS.equals(list.getNonCriticalExtensionOIDs())) {
      throw new CrlRefusedException(
          Reason.UNKNOWN_EXTENSION,
          "it has other extensions than authority key identifier and number, not critical");
    }
    if (list.getNextUpdate() == null || !nextUpdate().isAfter(thisUpdate())) {
      throw malformed("it must have a nextUpdate after its thisUpdate");
    }
    if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      throw new CrlRefusedException(
          Reason.SIGNATURE, "it names another authority than the certificate that is with it");
    }
  }

  private BigInteger readNumber() {
    try {
      BigInteger read =
          ASN1Integer.getInstance(extension(list.getExtensionValue(Extension.cRLNumber.getId())))
              .getValue();
      if (read.signum() > 0 && read.bitLength() <= MAX_NUMBER_BITS) {
        return read;
      }
    } catch (RuntimeException unreadable) {
      throw malformed("its number cannot be read");
    }
    throw malformed("its number must be 1 or more, of at most 20 octets");
  }

  private Map<BigInteger, Revocation> readEntries() {
    Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
    Map<BigInteger, Revocation> read = new TreeMap<>();
    if (entries == null) {
      return read;
    }
    if (entries.size() > MAX_ENTRIES) {
      throw malformed("it revokes more than " + MAX_ENTRIES + " certificates");
    }
    for (X509CRLEntry entry : entries) {
      read.put(entry.getSerialNumber(), read(entry));
    }
    return read;
  }

  private static Revocation read(X509CRLEntry entry) {
    Set<String> critical = known(entry.getCriticalExtensionOIDs());
    if (entry.getCertificateIssuer() != null
        || critical.contains(Extension.certificateIssuer.getId())) {
      throw new CrlRefusedException(
          Reason.INDIRECT, "an entry is about another issuer's certificate");
    }
    if (!critical.isEmpty()
        || !ENTRY_EXTENSIONS.containsAll(known(entry.getNonCriticalExtensionOIDs()))) {
      throw new CrlRefusedException(
          Reason.UNKNOWN_EXTENSION, "an entry has other extensions than a reason code");
    }
    if (entry.getSerialNumber().bitLength() > MAX_SERIAL_BITS) {
      throw malformed("an entry's serial number is longer than 20 octets");
    }
    CRLReason reason =
        entry.getRevocationReason() == null ? CRLReason.UNSPECIFIED : entry.getRevocationReason();
    if (reason == CRLReason.CERTIFICATE_HOLD || reason == CRLReason.REMOVE_FROM_CRL) {
      throw malformed("an entry has the reason " + reason + ": a revocation is for good");
    }
    return new Revocation(entry.getSerialNumber(), entry.getRevocationDate().toInstant(), reason);
  }

  private void requireSignature() {
    try {
      byte[] named =
          AuthorityKeyIdentifier.getInstance(
                  extension(list.getExtensionValue(Extension.authorityKeyIdentifier.getId())))
              .getKeyIdentifierOctets();
      if (Arrays.equals(named, subjectKeyId(issuer))) {
        list.verify(issuer.getPublicKey());
        return;
      }
    } catch (GeneralSecurityException | RuntimeException notSo) {
      throw new CrlRefusedException(
          Reason.SIGNATURE, "it is not signed by " + issuer.getSubjectX500Principal());
    }
    throw new CrlRefusedException(
        Reason.SIGNATURE, "it names another key than that of " + issuer.getSubjectX500Principal());
  }

  /** What is in the certificate's extension, empty where there is none. */
  static byte[] subjectKeyId(X509Certificate certificate) {
    byte[] wrapped = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    return wrapped == null
        ? new byte[0]
        : SubjectKeyIdentifier.getInstance(extension(wrapped)).getKeyIdentifier();
  }

  private static byte[] extension(byte[] wrapped) {
    return ASN1OctetString.getInstance(wrapped).getOctets();
  }

  private static Set<String> known(@Nullable Set<String> oids) {
    return oids == null ? Set.of() : oids;
  }

  private static CrlRefusedException malformed(String problem) {
    return new CrlRefusedException(Reason.MALFORMED, problem);
  }

  /** Issuer and number, no entries. */
  @Override
  public String toString() {
    return "Crl[" + issuer.getSubjectX500Principal() + ", number " + number + "]";
  }
}
