package org.concordat.certs;

import java.util.List;

/** Skeleton. */
public record SignedRoster(Roster roster, List<MemberSignature> signatures) {
  public static SignedRoster parse(byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }
}
