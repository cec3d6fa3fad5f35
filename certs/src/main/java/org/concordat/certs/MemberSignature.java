package org.concordat.certs;

import java.util.Base64;

/**
 * One member's signature on a roster or genesis; also the file that a founder or approver hands
 * back.
 *
 * @param base64 64 bytes of Ed25519 signature in padded base64
 */
public record MemberSignature(MemberId member, String base64) {
  public MemberSignature {
    byte[] raw = Base64.getDecoder().decode(base64);
    if (raw.length != IdentityKey.SIGNATURE_BYTES
        || !Base64.getEncoder().encodeToString(raw).equals(base64)) {
      throw new IllegalArgumentException(
          "signature of " + member + " must be 64 bytes in padded base64: " + Quoted.text(base64));
    }
  }

  /** Signs with {@code keys} in the name of {@code member}. */
  static MemberSignature make(
      MemberId member, ParticipantKeys keys, SignatureContext context, Sha256 digest) {
    byte[] signature = keys.sign(context.over(digest));
    return new MemberSignature(member, Base64.getEncoder().encodeToString(signature));
  }

  /** The 64 bytes, a fresh copy. */
  public byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }
}
