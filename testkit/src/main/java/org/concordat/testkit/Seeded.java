package org.concordat.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Seeded property tests. A failing case prints its seed; {@code -Dseed=N} runs that one case again.
 */
public final class Seeded {
  /** A property over random inputs drawn from the given generator. */
  @FunctionalInterface
  public interface Property {
    void check(RandomGenerator random) throws Exception;
  }

  private Seeded() {}

  /**
   * One dynamic test per seed.
   *
   * @param name the property's name, shown with each seed
   * @param cases how many seeds, at least 1; seeds differ from run to run unless {@code -Dseed=N}
   */
  public static Stream<DynamicTest> property(String name, int cases, Property property) {
    String pinned = System.getProperty("seed");
    LongStream seeds =
        pinned == null
            ? new SplittableRandom().longs(cases)
            : LongStream.of(Long.parseLong(pinned));
    return seeds.mapToObj(
        seed ->
            DynamicTest.dynamicTest(
                name + " [seed " + seed + "]",
                () -> {
                  try {
                    property.check(new SplittableRandom(seed));
                  } catch (Throwable failure) {
                    throw new AssertionError(
                        name + " failed; run again with -Dseed=" + seed, failure);
                  }
                }));
  }
}
