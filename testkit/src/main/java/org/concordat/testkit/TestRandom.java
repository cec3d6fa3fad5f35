package org.concordat.testkit;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** A reproducible source for tests. Never in main code. */
public final class TestRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private final transient SplittableRandom source;

  public TestRandom(long seed) {
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
