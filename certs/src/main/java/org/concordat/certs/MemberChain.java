package org.concordat.certs;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A member CA certificate and its jurisdiction CA's: what a member presents below its leaf. Not
 * secret.
 */
public record MemberChain(X509Certificate memberCa, X509Certificate jurisdictionCa) {
  private static final String DOCUMENT = "member chain";

  /**
   * @throws MalformedDocumentException unless it is exactly two certificates, member CA first
   */
  public static MemberChain parsePem(byte[] pem) {
    try {
      List<X509Certificate> certificates = Certificates.parsePem(pem);
      if (certificates.size() == 2) {
        return new MemberChain(certificates.get(0), certificates.get(1));
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedDocumentException(DOCUMENT, String.valueOf(e.getMessage()));
    }
    throw new MalformedDocumentException(
        DOCUMENT, "must be two certificates in PEM, member CA and jurisdiction CA");
  }

  /**
   * The first certificate of a PEM file, for whoever revokes it.
   *
   * @throws MalformedDocumentException when there is none
   */
  public static X509Certificate firstOf(byte[] pem) {
    try {
      return Certificates.parsePem(pem).get(0);
    } catch (IllegalArgumentException e) {
      throw new MalformedDocumentException(DOCUMENT, String.valueOf(e.getMessage()));
    }
  }

  /** RFC 7468 text, member CA first. */
  public byte[] toPem() {
    return Certificates.pem(List.of(memberCa, jurisdictionCa));
  }

  /**
   * Checks what the offline authority handed over before it is used: both profiles, the path to one
   * of {@code roots} at {@code at}, and the key that {@code entry} lists.
   *
   * @throws MalformedDocumentException when anything does not hold
   */
  public void requireValid(
      Set<X509Certificate> roots, AllianceDomain domain, RosterEntry entry, Instant at) {
    try {
      CaProfile.requireJurisdiction(jurisdictionCa, domain, entry.jurisdiction());
      CaProfile.requireMember(memberCa, entry);
      Certificates.requirePath(List.of(memberCa, jurisdictionCa), roots, at);
    } catch (IllegalArgumentException | CertificateException e) {
      throw new MalformedDocumentException(DOCUMENT, String.valueOf(e.getMessage()));
    }
  }
}
