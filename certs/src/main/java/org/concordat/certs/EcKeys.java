package org.concordat.certs;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** NIST P-256 keys (FIPS 186-5), the only elliptic curve in certificates here. */
final class EcKeys {
  /** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point (RFC 5480). */
  private static final byte[] SPKI_PREFIX =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final int SPKI_BYTES = SPKI_PREFIX.length + 64;

  private EcKeys() {}

  static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no P-256", e);
    }
  }

  static boolean isP256(PublicKey key) {
    byte[] spki = key.getEncoded();
    return spki != null && isP256(spki);
  }

  private static boolean isP256(byte[] spki) {
    return spki.length == SPKI_BYTES
        && Arrays.equals(SPKI_PREFIX, Arrays.copyOf(spki, SPKI_PREFIX.length));
  }

  /**
   * @throws IllegalArgumentException unless {@code spki} is an uncompressed point on P-256
   */
  static PublicKey publicKey(byte[] spki) {
    if (!isP256(spki)) {
      throw new IllegalArgumentException("the key must be an uncompressed P-256 key (RFC 5480)");
    }
    try {
      PublicKeyFactory.createKey(spki); // Bouncy Castle checks that the point is on the curve.
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new IllegalArgumentException("the key is not a point on P-256", e);
    }
  }

  /**
   * The pair of a P-256 private key; the public half is computed, not read.
   *
   * @throws IllegalArgumentException on anything else
   */
  static KeyPair pair(byte[] pkcs8) {
    try {
      PrivateKey privateKey =
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (!(PrivateKeyFactory.createKey(pkcs8) instanceof ECPrivateKeyParameters parameters)) {
        throw new IllegalArgumentException("not an elliptic-curve key");
      }
      byte[] point =
          new FixedPointCombMultiplier()
              .multiply(parameters.getParameters().getG(), parameters.getD())
              .getEncoded(false);
      byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length - 1 + point.length);
      System.arraycopy(point, 0, spki, SPKI_PREFIX.length - 1, point.length);
      return new KeyPair(publicKey(spki), privateKey);
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new IllegalArgumentException("not a P-256 private key in PKCS#8");
    }
  }
}
