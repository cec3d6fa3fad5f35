package org.concordat.certs;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;

/** Skeleton: the leaf in use and its predecessors, as a key manager. */
public final class TlsIdentity {
  public TlsIdentity(LeafIssuer issuer) {
    throw new UnsupportedOperationException();
  }

  public X509ExtendedKeyManager keyManager() {
    throw new UnsupportedOperationException();
  }

  /** Renews at two thirds of the leaf's life; whether it did. Cheap, call it often. */
  public boolean renewIfDue() {
    throw new UnsupportedOperationException();
  }

  public Instant renewalDue() {
    throw new UnsupportedOperationException();
  }

  /** Leaf, member CA, jurisdiction CA. */
  public List<X509Certificate> currentChain() {
    throw new UnsupportedOperationException();
  }
}
