package org.concordat.secureagg.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.MalformedMessageException;

/**
 * One member's private keys for one epoch number: an X25519 scalar and the 64-byte seed (d ‖ z,
 * FIPS 203 section 7.1) of an ML-KEM-768 decapsulation key. Secret; erased before the manifest is
 * signed.
 */
public final class EpochKeyPair {
  /** Bytes of the encoding: scalar, then seed. */
  public static final int ENCODED_BYTES = 96;

  public static final int CIPHERTEXT_BYTES = 1088;
  private static final int PUBLIC_BYTES = 1184;
  private static final int SCALAR_BYTES = 32;
  private static final int FIELD_Q = 3329;
  private static final int PACKED_T_BYTES = 1152;

  private final byte[] scalar;
  private final MLKEMPrivateKeyParameters decapsulation;

  private EpochKeyPair(byte[] encoded) {
    this.scalar = Arrays.copyOf(encoded, SCALAR_BYTES);
    this.decapsulation =
        new MLKEMPrivateKeyParameters(
            MLKEMParameters.ml_kem_768, Arrays.copyOfRange(encoded, SCALAR_BYTES, ENCODED_BYTES));
  }

  public static EpochKeyPair generate(SecureRandom random) {
    byte[] encoded = new byte[ENCODED_BYTES];
    random.nextBytes(encoded);
    return new EpochKeyPair(encoded);
  }

  /** Reads what {@link #encode} wrote. */
  public static EpochKeyPair decode(byte[] encoded) {
    MalformedMessageException.check(
        encoded.length == ENCODED_BYTES, "a key pair of %d bytes", encoded.length);
    return new EpochKeyPair(encoded);
  }

  /** Secret. */
  public byte[] encode() {
    byte[] encoded = Arrays.copyOf(scalar, ENCODED_BYTES);
    System.arraycopy(
        decapsulation.getSeed(), 0, encoded, SCALAR_BYTES, ENCODED_BYTES - SCALAR_BYTES);
    return encoded;
  }

  /** 32 bytes, RFC 7748 section 6.1. */
  public Bytes x25519Public() {
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.generatePublicKey(scalar, 0, point, 0);
    return Bytes.of(point);
  }

  /** 1,184 bytes. */
  public Bytes mlKemPublic() {
    return Bytes.of(decapsulation.getPublicKey());
  }

  /**
   * RFC 7748 section 6.1.
   *
   * @throws BadKeyException for a point of small order (all-zero output)
   */
  public byte[] agree(Bytes x25519Public) throws BadKeyException {
    byte[] secret = new byte[X25519.POINT_SIZE];
    if (!X25519.calculateAgreement(scalar, 0, x25519Public.toArray(), 0, secret, 0)) {
      throw new BadKeyException("an X25519 key of small order");
    }
    return secret;
  }

  /** FIPS 203 section 7.3; a wrong ciphertext gives a pseudo-random secret (implicit rejection). */
  public byte[] decapsulate(Bytes ciphertext) throws BadKeyException {
    if (ciphertext.size() != CIPHERTEXT_BYTES) {
      throw new BadKeyException("an ML-KEM-768 ciphertext of " + ciphertext.size() + " bytes");
    }
    return new MLKEMExtractor(decapsulation).extractSecret(ciphertext.toArray());
  }

  /** A shared secret and the ciphertext that carries it. */
  public record Encapsulated(Bytes secret, Bytes ciphertext) {}

  /** FIPS 203 section 7.2, with both of its input checks. */
  public static Encapsulated encapsulate(Bytes mlKemPublic, SecureRandom random)
      throws BadKeyException {
    checkMlKemPublic(mlKemPublic);
    MLKEMPublicKeyParameters key =
        new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, mlKemPublic.toArray());
    SecretWithEncapsulation both = new MLKEMGenerator(random).generateEncapsulated(key);
    return new Encapsulated(Bytes.of(both.getSecret()), Bytes.of(both.getEncapsulation()));
  }

  /**
   * RFC 7748 section 6.1: a point of small order gives zero with every scalar, since all are
   * multiples of the cofactor.
   */
  public static void checkX25519Public(Bytes x25519Public) throws BadKeyException {
    byte[] scalar = new byte[SCALAR_BYTES];
    byte[] secret = new byte[X25519.POINT_SIZE];
    if (x25519Public.size() != X25519.POINT_SIZE
        || !X25519.calculateAgreement(scalar, 0, x25519Public.toArray(), 0, secret, 0)) {
      throw new BadKeyException("an X25519 key of small order");
    }
  }

  /** FIPS 203 section 7.2: type check and modulus check of an encapsulation key. */
  public static void checkMlKemPublic(Bytes mlKemPublic) throws BadKeyException {
    if (mlKemPublic.size() != PUBLIC_BYTES) {
      throw new BadKeyException("an ML-KEM-768 key of " + mlKemPublic.size() + " bytes");
    }
    byte[] packed = mlKemPublic.slice(0, PACKED_T_BYTES);
    for (int i = 0; i < PACKED_T_BYTES; i += 3) {
      int low = (packed[i] & 0xff) | (packed[i + 1] & 0x0f) << 8;
      int high = (packed[i + 1] & 0xf0) >> 4 | (packed[i + 2] & 0xff) << 4;
      if (low >= FIELD_Q || high >= FIELD_Q) {
        throw new BadKeyException("an ML-KEM-768 key with a coefficient that is not reduced");
      }
    }
  }
}
