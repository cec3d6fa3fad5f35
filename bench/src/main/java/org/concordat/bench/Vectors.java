package org.concordat.bench;

import java.util.SplittableRandom;

/** Updates as training gives them: small, centred. */
final class Vectors {
  private Vectors() {}

  static double[] update(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] update = new double[length];
    for (int i = 0; i < length; i++) {
      update[i] = (random.nextDouble() - 0.5) * 0.02;
    }
    return update;
  }
}
