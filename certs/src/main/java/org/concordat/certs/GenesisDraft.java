package org.concordat.certs;

/** Skeleton: a genesis not yet signed by a quorum; immutable. */
public final class GenesisDraft {
  public static GenesisDraft parse(byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  public Sha256 digest() {
    throw new UnsupportedOperationException();
  }

  public Roster roster() {
    throw new UnsupportedOperationException();
  }

  public byte[] policy() {
    throw new UnsupportedOperationException();
  }

  /** A founder's signature, after checking that the draft has this founder's own keys. */
  public MemberSignature sign(ParticipantKeys keys) {
    throw new UnsupportedOperationException();
  }

  /** The draft with one more verified signature. */
  public GenesisDraft addSignature(MemberSignature signature) {
    throw new UnsupportedOperationException();
  }

  /** The genesis, or {@link QuorumNotReachedException}. */
  public Genesis seal() {
    throw new UnsupportedOperationException();
  }
}
