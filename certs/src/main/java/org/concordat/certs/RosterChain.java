package org.concordat.certs;

import java.util.List;
import java.util.Optional;

/** Skeleton: verified rosters from the genesis to the latest; immutable. */
public final class RosterChain {
  public static RosterChain of(Genesis genesis) {
    throw new UnsupportedOperationException();
  }

  public static RosterChain parse(Genesis genesis, byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  /** A longer chain, or a named refusal. */
  public RosterChain append(SignedRoster next) {
    throw new UnsupportedOperationException();
  }

  public Roster latest() {
    throw new UnsupportedOperationException();
  }

  public Optional<Roster> find(Sha256 digest) {
    throw new UnsupportedOperationException();
  }

  /** Rosters after the genesis, oldest first. */
  public List<SignedRoster> later() {
    throw new UnsupportedOperationException();
  }
}
