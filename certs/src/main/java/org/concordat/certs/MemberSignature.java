package org.concordat.certs;

import java.util.Base64;

/**
 * One member's signature on a roster or genesis; also the file that a founder or approver hands
 * back.
 *
 * @param base64 64 bytes of Ed25519 signature in padded base64
 */
public record MemberSignature(MemberId member, String base64) {
  private static final String TYPE = "concordat/member-signature/v1";

  public MemberSignature {
    byte[] raw = Base64.getDecoder().decode(base64);
    if (raw.length != IdentityKey.SIGNATURE_BYTES
        || !Base64.getEncoder().encodeToString(raw).equals(base64)) {
      throw new IllegalArgumentException(
          "signature of " + member + " must be 64 bytes in padded base64: " + Quoted.text(base64));
    }
  }

  /**
   * Reads the file that a founder or approver handed back; whether it verifies is for the draft or
   * roster to say that it is added to.
   *
   * @throws MalformedDocumentException when it is not such a file in canonical JSON
   */
  public static MemberSignature parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson)
        .read(
            fields ->
                new MemberSignature(
                    fields.value("member", MemberId::new), fields.text("signature")));
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    return CanonicalJson.bytes(
        CanonicalJson.object()
            .put(Fields.TYPE, TYPE)
            .put("member", member.value())
            .put("signature", base64));
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
