package org.concordat.certs;

import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * Public half of a participant's Ed25519 identity key (RFC 8032), in standard base64 with padding
 * (44 characters, the one encoding of 32 bytes). Keys off the curve, of small order or outside the
 * prime-order subgroup are refused. The decoded point is kept: a round checks many signatures.
 */
public final class IdentityKey {
  /** Bytes of a signature. */
  public static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

  private final String base64;
  private final Ed25519.PublicPoint point;

  /**
   * @throws IllegalArgumentException on anything that is not such a key
   */
  public IdentityKey(String base64) {
    Ed25519.PublicPoint decoded = Ed25519.validatePublicKeyFullExport(decode(base64), 0);
    if (decoded == null) {
      throw new IllegalArgumentException("not a valid Ed25519 public key: " + Quoted.text(base64));
    }
    this.base64 = base64;
    this.point = decoded;
  }

  /** From the 32 bytes of RFC 8032 section 5.1.5. */
  public static IdentityKey of(byte[] raw) {
    return new IdentityKey(Base64.getEncoder().encodeToString(raw));
  }

  public String base64() {
    return base64;
  }

  /** The 32 bytes of RFC 8032 section 5.1.5, a fresh copy. */
  public byte[] bytes() {
    return decode(base64);
  }

  /** Whether {@code signature} is this key's signature of {@code message}; false for any other. */
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IdentityKey key && key.base64.equals(base64);
  }

  @Override
  public int hashCode() {
    return base64.hashCode();
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
