package org.concordat.certs;

import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Public half of a participant's Ed25519 identity key (RFC 8032), in standard base64 with padding
 * (44 characters, the one encoding of 32 bytes). Keys off the curve, of small order or outside the
 * prime-order subgroup are refused.
 *
 * @throws IllegalArgumentException on anything that is not such a key
 */
public record IdentityKey(String base64) {
  /** Bytes of a signature. */
  public static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

  public IdentityKey {
    byte[] raw = decode(base64);
    if (!Ed25519.validatePublicKeyFull(raw, 0)) {
      throw new IllegalArgumentException("not a valid Ed25519 public key: " + Quoted.text(base64));
    }
  }

  /** From the 32 bytes of RFC 8032 section 5.1.5. */
  public static IdentityKey of(byte[] raw) {
    return new IdentityKey(Base64.getEncoder().encodeToString(raw));
  }

  /** The 32 bytes of RFC 8032 section 5.1.5, a fresh copy. */
  public byte[] bytes() {
    return decode(base64);
  }

  /** Whether {@code signature} is this key's signature of {@code message}; false for any other. */
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, bytes(), 0, message, 0, message.length);
  }

  @Override
  public String toString() {
    return base64;
  }

  private static byte[] decode(String text) {
    byte[] raw = Base64.getDecoder().decode(text);
    boolean canonical =
        raw.length == Ed25519.PUBLIC_KEY_SIZE
            && Base64.getEncoder().encodeToString(raw).equals(text);
    if (!canonical) {
      throw new IllegalArgumentException(
          "an identity key is 32 bytes in padded base64: " + Quoted.text(text));
    }
    return raw;
  }
}
