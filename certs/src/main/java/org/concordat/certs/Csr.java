package org.concordat.certs;

import java.io.IOException;
import java.security.PublicKey;
import java.util.Arrays;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * PKCS#10 requests (RFC 2986) of member CA keys: empty subject and no attributes, since names come
 * from the signed request and extensions from a fixed profile; here it only proves possession.
 */
final class Csr {
  private Csr() {}

  static byte[] make(ParticipantKeys keys) {
    try {
      return new JcaPKCS10CertificationRequestBuilder(
              new X500Name(new RDN[0]), keys.memberCaPublicKey())
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.memberCaPrivateKey()))
          .getEncoded();
    } catch (OperatorException | IOException e) {
      throw new IllegalStateException("cannot sign a request with P-256", e);
    }
  }

  /**
   * The requested key.
   *
   * @throws IllegalArgumentException unless it is P-256, in DER, with a valid self-signature
   */
  static PublicKey verify(byte[] der) {
    try {
      PKCS10CertificationRequest csr = new PKCS10CertificationRequest(der);
      if (!Arrays.equals(csr.getEncoded(), der)) {
        throw new IllegalArgumentException("the CSR is not in DER");
      }
      requireBare(csr);
      PublicKey key = EcKeys.publicKey(csr.getSubjectPublicKeyInfo().getEncoded());
      ContentVerifierProvider verifier = new JcaContentVerifierProviderBuilder().build(key);
      if (!csr.isSignatureValid(verifier)) {
        throw new IllegalArgumentException("the CSR is not signed with its own key");
      }
      return key;
    } catch (IOException | OperatorException | PKCSException e) {
      throw new IllegalArgumentException("the CSR cannot be read (RFC 2986)", e);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      // ASN.1 parsing throws many kinds on damaged input.
      throw new IllegalArgumentException("the CSR is damaged", e);
    }
  }

  private static void requireBare(PKCS10CertificationRequest csr) {
    if (csr.getSubject().getRDNs().length != 0 || csr.getAttributes().length != 0) {
      throw new IllegalArgumentException("the CSR must have an empty subject and no attributes");
    }
    boolean known =
        X9ObjectIdentifiers.ecdsa_with_SHA256.equals(csr.getSignatureAlgorithm().getAlgorithm());
    if (!known) {
      throw new IllegalArgumentException("the CSR must be signed by ECDSA with SHA-256");
    }
  }
}
