package org.concordat.certs;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reading, writing and validating X.509 certificates (RFC 5280). */
final class Certificates {
  private Certificates() {}

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("certificate without an encoding", e);
    }
  }

  /**
   * @throws IllegalArgumentException unless {@code der} is exactly one certificate
   */
  static X509Certificate parse(byte[] der) {
    try {
      X509Certificate certificate = one(factory().generateCertificates(stream(der)));
      if (!Arrays.equals(der, der(certificate))) {
        throw new IllegalArgumentException("not exactly one certificate in DER");
      }
      return certificate;
    } catch (CertificateException | RuntimeException e) {
      throw new IllegalArgumentException("not a certificate in DER");
    }
  }

  static X509Certificate parseBase64(String text) {
    return parse(Base64.getDecoder().decode(text));
  }

  static String base64(X509Certificate certificate) {
    return Base64.getEncoder().encodeToString(der(certificate));
  }

  /** RFC 7468 section 5, one block for each. */
  static byte[] pem(List<X509Certificate> certificates) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    return certificates.stream()
        .map(
            certificate ->
                "-----BEGIN CERTIFICATE-----\n"
                    + encoder.encodeToString(der(certificate))
                    + "\n-----END CERTIFICATE-----\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @throws IllegalArgumentException unless {@code pem} is readable certificates, one or more
   */
  static List<X509Certificate> parsePem(byte[] pem) {
    try {
      List<X509Certificate> certificates =
          factory().generateCertificates(stream(pem)).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException("no certificate in it");
      }
      return certificates;
    } catch (CertificateException | RuntimeException e) {
      throw new IllegalArgumentException("not certificates in PEM");
    }
  }

  /** Whether the issuer's key signed it; nothing else is looked at. */
  static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException otherKey) {
      return false;
    }
  }

  /**
   * PKIX path validation (RFC 5280 section 6) of {@code path}, leaf first, exactly as presented.
   *
   * @throws CertificateException when it does not lead to one of {@code roots} at {@code at}
   */
  static void requirePath(List<X509Certificate> path, Collection<X509Certificate> roots, Instant at)
      throws CertificateException {
    Set<TrustAnchor> anchors =
        roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false); // The roster revokes.
      parameters.setDate(Date.from(at));
      CertPathValidator.getInstance("PKIX").validate(factory().generateCertPath(path), parameters);
    } catch (GeneralSecurityException | RuntimeException e) {
      // JDK name constraints throw RuntimeExceptions on odd names, such as urn: URIs.
      throw new CertificateException("path validation: " + e.getMessage(), e);
    }
  }

  private static X509Certificate one(Collection<?> certificates) {
    if (certificates.size() != 1
        || !(certificates.iterator().next() instanceof X509Certificate certificate)) {
      throw new IllegalArgumentException("not exactly one certificate");
    }
    return certificate;
  }

  private static CertificateFactory factory() throws CertificateException {
    return CertificateFactory.getInstance("X.509");
  }

  private static ByteArrayInputStream stream(byte[] content) {
    return new ByteArrayInputStream(content);
  }
}
