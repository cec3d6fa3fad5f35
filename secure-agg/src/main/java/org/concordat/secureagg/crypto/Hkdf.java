package org.concordat.secureagg.crypto;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF-SHA-256 (RFC 5869). */
public final class Hkdf {
  public static final int PRK_BYTES = 32;

  private Hkdf() {}

  /** Section 2.2. */
  public static byte[] extract(byte[] salt, byte[] inputKey) {
    return new HKDFBytesGenerator(new SHA256Digest()).extractPRK(salt, inputKey);
  }

  /** Section 2.3. */
  public static byte[] expand(byte[] prk, byte[] info, int length) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(HKDFParameters.skipExtractParameters(prk, info));
    byte[] out = new byte[length];
    hkdf.generateBytes(out, 0, length);
    return out;
  }
}
