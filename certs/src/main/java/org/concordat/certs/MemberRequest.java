package org.concordat.certs;

import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;

/** Skeleton. */
public final class MemberRequest {
  public static MemberRequest make(MemberProfile profile, ParticipantKeys keys, Clock clock) {
    throw new UnsupportedOperationException();
  }

  public static MemberRequest parse(byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public MemberProfile profile() {
    throw new UnsupportedOperationException();
  }

  public IdentityKey identityKey() {
    throw new UnsupportedOperationException();
  }

  public PublicKey memberCaKey() {
    throw new UnsupportedOperationException();
  }

  public Instant created() {
    throw new UnsupportedOperationException();
  }

  /** Remember it: whoever admits members refuses a digest seen before (replay). */
  public Sha256 digest() {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  public RosterEntry entry(AllianceDomain domain) {
    throw new UnsupportedOperationException();
  }
}
