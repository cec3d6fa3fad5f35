package org.concordat.secureagg.member;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.kernel.MaskStream;

/**
 * Random words for stochastic rounding from one AES-256-CTR stream under a fresh key: as
 * unpredictable as the key, and many times faster than SecureRandom word by word.
 */
final class RoundingNoise implements RandomGenerator {
  private static final int WORDS = 16384;

  private final MaskStream stream;
  private final int[] words = new int[WORDS];
  private long element;
  private int next = WORDS;

  private RoundingNoise(Bytes key) {
    this.stream = new MaskStream(key);
  }

  static RoundingNoise from(SecureRandom random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return new RoundingNoise(Bytes.of(key));
  }

  @Override
  public int nextInt() {
    if (next == WORDS) {
      java.util.Arrays.fill(words, 0);
      stream.apply(words, 0, WORDS, element, true);
      element += WORDS;
      next = 0;
    }
    return words[next++];
  }

  @Override
  public long nextLong() {
    return (long) nextInt() << 32 | nextInt() & 0xffffffffL;
  }
}
