package org.concordat.secureagg.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF-SHA-256 (RFC 5869) over the JCE's HMAC, whose SHA-256 uses the processor's instructions. */
public final class Hkdf {
  public static final int PRK_BYTES = 32;
  private static final int HASH_BYTES = 32;

  private Hkdf() {}

  /**
   * Section 2.2.
   *
   * @param salt not empty
   */
  public static byte[] extract(byte[] salt, byte[] inputKey) {
    return hmac(salt).doFinal(inputKey);
  }

  /**
   * Section 2.3.
   *
   * @param length 1 to 255 · 32 bytes
   */
  public static byte[] expand(byte[] prk, byte[] info, int length) {
    if (length < 1 || length > 255 * HASH_BYTES) {
      throw new IllegalArgumentException("HKDF gives 1 to 8160 bytes, not " + length);
    }
    Mac mac = hmac(prk);
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    for (int at = 0, counter = 1; at < length; at += HASH_BYTES, counter++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) counter);
      block = mac.doFinal();
      System.arraycopy(block, 0, out, at, Math.min(HASH_BYTES, length - at));
    }
    Arrays.fill(block, (byte) 0);
    return out;
  }

  private static Mac hmac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
