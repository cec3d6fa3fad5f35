package org.concordat.secureagg.check;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A random sample of leaves. */
public final class Sample {
  private Sample() {}

  /**
   * {@code ⌈fraction · leafCount⌉} distinct leaves, at least one, each set of that size equally
   * likely; sorted.
   *
   * @param fraction in (0, 1]; 1 is a full replay
   * @param random unpredictable to whoever made the sum
   */
  public static List<Integer> of(int leafCount, double fraction, RandomGenerator random) {
    check(leafCount >= 1, "%d leaves", leafCount);
    check(fraction > 0 && fraction <= 1, "a sample of %s, must be above 0 and at most 1", fraction);
    int wanted = (int) Math.min(leafCount, Math.max(1, Math.ceil(fraction * leafCount)));
    int[] leaves = new int[leafCount];
    Arrays.setAll(leaves, leaf -> leaf);
    for (int i = 0; i < wanted; i++) {
      int other = i + random.nextInt(leafCount - i);
      int chosen = leaves[other];
      leaves[other] = leaves[i];
      leaves[i] = chosen;
    }
    return Arrays.stream(leaves, 0, wanted).sorted().boxed().toList();
  }

  /**
   * The probability that at least one of {@code members} members, each sampling on its own, hits
   * one of {@code altered} altered leaves: {@code 1 - (1 - fraction)^(altered · members)}, a lower
   * bound for samples without replacement.
   */
  public static double detection(double fraction, int members, int altered) {
    return -Math.expm1(Math.log1p(-fraction) * altered * members);
  }
}
