package org.concordat.iam;

import java.security.cert.X509Certificate;
import java.util.List;
import org.concordat.certs.PeerRefusedException;
import org.concordat.certs.Roster;

/** Skeleton: caller of a verified TLS chain under the roster in force. */
public final class Callers {
  private Callers() {}

  public static Caller authenticate(List<X509Certificate> chain, Roster roster)
      throws PeerRefusedException {
    throw new UnsupportedOperationException();
  }
}
