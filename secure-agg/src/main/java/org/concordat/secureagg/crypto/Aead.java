package org.concordat.secureagg.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM (SP 800-38D) with a zero nonce and a 16-byte tag, under keys that seal one message in
 * their life: box keys and recovery keys. A key must never seal a second message.
 */
public final class Aead {
  public static final int KEY_BYTES = 32;
  public static final int TAG_BYTES = 16;

  private static final byte[] NONCE = new byte[12];

  private Aead() {}

  public static byte[] seal(byte[] key, byte[] plain, byte[] associated) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, NONCE, associated).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed to seal", e);
    }
  }

  /**
   * @throws BadCiphertextException if the tag does not verify
   */
  public static byte[] open(byte[] key, byte[] sealed, byte[] associated)
      throws BadCiphertextException {
    if (sealed.length < TAG_BYTES) {
      throw new BadCiphertextException("a box of " + sealed.length + " bytes has no tag");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key, NONCE, associated).doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw new BadCiphertextException("a box of " + sealed.length + " bytes does not open", e);
    }
  }

  static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }
}
