package org.concordat.certs;

import java.security.cert.X509Certificate;

/** Skeleton: a member CA certificate and its jurisdiction CA's. */
public record MemberChain(X509Certificate memberCa, X509Certificate jurisdictionCa) {
  public static MemberChain parsePem(byte[] pem) {
    throw new UnsupportedOperationException();
  }

  public byte[] toPem() {
    throw new UnsupportedOperationException();
  }
}
