package org.concordat.coordinator.round;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** A reproducible source for tests. */
final class TestRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private final transient SplittableRandom source;

  TestRandom(long seed) {
    this.source = new SplittableRandom(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (source != null) {
      source.nextBytes(bytes);
    }
  }

  @Override
  public long nextLong() {
    return source.nextLong();
  }

  @Override
  public int nextInt() {
    return source.nextInt();
  }
}
