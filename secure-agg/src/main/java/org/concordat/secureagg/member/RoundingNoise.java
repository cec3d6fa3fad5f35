package org.concordat.secureagg.member;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.kernel.MaskStream;

/**
 * Random words for stochastic rounding from one AES-256-CTR stream under a fresh key: as
 * unpredictable as the key, and many times faster than SecureRandom word by word.
 */
final class RoundingNoise implements RandomGenerator {
  private final MaskStream stream;

  private RoundingNoise(Bytes key) {
    this.stream = new MaskStream(key);
  }

  static RoundingNoise from(SecureRandom random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return new RoundingNoise(Bytes.of(key));
  }

  @Override
  public void nextBytes(byte[] bytes) {
    stream.nextBytes(bytes);
  }

  @Override
  public long nextLong() {
    byte[] bytes = new byte[Long.BYTES];
    stream.nextBytes(bytes);
    return ByteBuffer.wrap(bytes).getLong();
  }
}
