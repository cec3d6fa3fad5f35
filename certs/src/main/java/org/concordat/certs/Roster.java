package org.concordat.certs;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Skeleton. */
public record Roster(
    int version,
    AllianceName alliance,
    AllianceDomain domain,
    @Nullable Sha256 previous,
    int minimumQuorum,
    List<RosterEntry> entries,
    List<RevokedEntry> revoked) {
  public static Roster parse(byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  public Sha256 digest() {
    throw new UnsupportedOperationException();
  }

  /** k. */
  public int quorum() {
    throw new UnsupportedOperationException();
  }

  public List<RosterEntry> agents() {
    throw new UnsupportedOperationException();
  }

  public List<RosterEntry> withRole(Role role) {
    throw new UnsupportedOperationException();
  }

  public Optional<RosterEntry> find(MemberId id) {
    throw new UnsupportedOperationException();
  }

  public Optional<RosterEntry> findByMemberCa(Sha256 memberCa) {
    throw new UnsupportedOperationException();
  }

  public Optional<RevokedEntry> findRevoked(Sha256 memberCa) {
    throw new UnsupportedOperationException();
  }

  /** Deterministic next roster with a joiner. */
  public Roster joined(MemberRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Deterministic next roster without a member, its keys revoked. */
  public Roster removed(MemberId member, String reason) {
    throw new UnsupportedOperationException();
  }

  /** Signature of this roster as the next one by a member of {@code previousRoster}. */
  public MemberSignature approve(Roster previousRoster, ParticipantKeys keys) {
    throw new UnsupportedOperationException();
  }

  /** Checks one approval of this roster as it arrives. */
  public void requireApproval(Roster previousRoster, MemberSignature approval) {
    throw new UnsupportedOperationException();
  }
}
