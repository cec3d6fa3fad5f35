package org.concordat.certs;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/**
 * Bytes for a member alone, to the one key of it that everybody has: its identity key. HPKE in base
 * mode with X25519, HKDF-SHA256 and AES-256-GCM (RFC 9180), to the X25519 key that belongs to the
 * Ed25519 key by the map between the two curves (RFC 7748 section 4.1). That one pair may both sign
 * and decrypt so is shown by Thormarker (IACR ePrint 2021/509).
 *
 * @param encapsulated 32 bytes
 * @param sealed the bytes and a tag of 16
 */
public record SealedToMember(byte[] encapsulated, byte[] sealed) {
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final int KEY_BYTES = 32;

  private static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  /**
   * Seals.
   *
   * @param purpose what it is for; who opens it has to name the same
   * @param associated is authenticated with it
   */
  public static SealedToMember seal(
      IdentityKey member, String purpose, byte[] associated, byte[] plain) {
    HPKE hpke = hpke();
    HPKEContextWithEncapsulation context =
        hpke.setupBaseS(hpke.deserializePublicKey(montgomery(member.bytes())), info(purpose));
    try {
      return new SealedToMember(context.getEncapsulation(), context.seal(associated, plain));
    } catch (InvalidCipherTextException impossible) {
      throw new IllegalStateException("AES-GCM seals everything", impossible);
    }
  }

  /**
   * Opens with a member's private key.
   *
   * @throws SealRefusedException if it is sealed to another key, for something else, or is altered
   */
  byte[] open(Ed25519PrivateKeyParameters key, String purpose, byte[] associated) {
    byte[] secret = scalar(key.getEncoded());
    try {
      HPKE hpke = hpke();
      byte[] open = new X25519PrivateKeyParameters(secret).generatePublicKey().getEncoded();
      return hpke.setupBaseR(encapsulated, hpke.deserializePrivateKey(secret, open), info(purpose))
          .open(associated, sealed);
    } catch (InvalidCipherTextException | RuntimeException other) {
      throw new SealRefusedException("it is sealed to another key than this member's, or altered");
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] info(String purpose) {
    return ("concordat/" + purpose + "/v1").getBytes(StandardCharsets.US_ASCII);
  }

  /** u = (1 + y) / (1 - y), RFC 7748 section 4.1; the identity key is no point of small order. */
  private static byte[] montgomery(byte[] ed25519) {
    byte[] bigEndian = reversed(ed25519);
    bigEndian[0] &= 0x7f; // the sign of x
    BigInteger y = new BigInteger(1, bigEndian);
    BigInteger u = BigInteger.ONE.add(y).multiply(BigInteger.ONE.subtract(y).modInverse(P)).mod(P);
    byte[] bytes = u.toByteArray();
    byte[] padded = new byte[KEY_BYTES];
    int length = Math.min(bytes.length, KEY_BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, KEY_BYTES - length, length);
    return reversed(padded);
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /**
   * The scalar that the Ed25519 key is made of (RFC 8032 section 5.1.5); X25519 clamps it alike.
   */
  private static byte[] scalar(byte[] seed) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-512").digest(seed);
      byte[] scalar = Arrays.copyOf(hash, KEY_BYTES);
      Arrays.fill(hash, (byte) 0);
      return scalar;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-512", impossible);
    }
  }
}
