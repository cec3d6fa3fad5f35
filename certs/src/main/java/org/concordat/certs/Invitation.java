package org.concordat.certs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Skeleton: an invitation signed by a member-admin.
 *
 * @param nonce 32 lower-case hexadecimal digits
 */
public record Invitation(
    AllianceName alliance,
    MemberId invitee,
    Jurisdiction jurisdiction,
    String nonce,
    Instant expires,
    MemberSignature signature) {
  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{32}");

  public static Invitation make(
      Roster roster,
      MemberId issuer,
      ParticipantKeys issuerKeys,
      MemberId invitee,
      Jurisdiction jurisdiction,
      Duration validity,
      Clock clock) {
    throw new UnsupportedOperationException();
  }

  public static Invitation parse(byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  /** Refuses a forged, expired or foreign invitation, or a request that does not answer it. */
  public void requireAdmits(MemberRequest request, Roster roster, Instant now) {
    throw new UnsupportedOperationException();
  }

  static void requireNonce(String nonce) {
    if (!NONCE.matcher(nonce).matches()) {
      throw new IllegalArgumentException(
          "an invitation nonce is 32 lower-case hexadecimal digits: " + Quoted.text(nonce));
    }
  }
}
