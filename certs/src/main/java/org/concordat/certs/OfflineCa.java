package org.concordat.certs;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** Skeleton: root and jurisdiction keys in one directory, used by `alliance init` only. */
public final class OfflineCa {
  public static OfflineCa create(
      Path directory,
      AllianceName alliance,
      AllianceDomain domain,
      Set<Jurisdiction> jurisdictions,
      CaLifetimes lifetimes,
      Clock clock) {
    throw new UnsupportedOperationException();
  }

  public static OfflineCa load(Path directory) {
    throw new UnsupportedOperationException();
  }

  public X509Certificate root() {
    throw new UnsupportedOperationException();
  }

  /** Certificates for a later jurisdiction. */
  public OfflineCa addJurisdiction(Jurisdiction jurisdiction, Clock clock) {
    throw new UnsupportedOperationException();
  }

  /**
   * The unsigned genesis of these founders.
   *
   * @param minimumQuorum 0 for the majority of agents; more asks for more
   */
  public GenesisDraft draftGenesis(
      List<MemberRequest> founders, byte[] policy, int minimumQuorum, Clock clock) {
    throw new UnsupportedOperationException();
  }

  /** Signs a later member's CA, only when a quorum signed the roster that lists it. */
  public MemberChain issue(MemberRequest request, RosterChain approved, Clock clock) {
    throw new UnsupportedOperationException();
  }
}
