package org.concordat.secureagg.cohorts;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.kernel.MaskStream;

/**
 * Who is in which cohort: a pure function of the members and the beacon's seed, so that every
 * member computes its own.
 *
 * @param cohorts each sorted, no two sizes further apart than one
 */
public record Assignment(List<List<String>> cohorts) {
  public Assignment {
    cohorts = cohorts.stream().map(List::copyOf).toList();
  }

  /**
   * The fewest cohorts of at most {@code cohortSize} members, the members shuffled (Fisher and
   * Yates, indices drawn without bias from AES-256-CTR under the seed) and dealt in turn. No cohort
   * has fewer than three members: where the size would make one, there are fewer cohorts, of at
   * most two members more than the size.
   *
   * @param members at least 3, distinct; their order does not matter
   * @param cohortSize 3 to 250
   */
  public static Assignment of(List<String> members, Digest seed, int cohortSize) {
    List<String> shuffled = new ArrayList<>(members.stream().sorted().distinct().toList());
    check(
        shuffled.size() == members.size() && members.size() >= 3,
        "%d members, at least 3 distinct ones are due",
        members.size());
    Indices indices = new Indices(seed);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, indices.below(i + 1));
    }
    int count = count(members.size(), cohortSize);
    List<List<String>> cohorts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cohorts.add(new ArrayList<>());
    }
    for (int i = 0; i < shuffled.size(); i++) {
      cohorts.get(i % count).add(shuffled.get(i));
    }
    cohorts.forEach(Collections::sort);
    return new Assignment(cohorts);
  }

  /** How many cohorts so many members make. */
  public static int count(int members, int cohortSize) {
    check(
        cohortSize >= 3 && cohortSize <= DrawPlan.MAX_COHORT,
        "cohorts of %d members, not 3 to %d",
        cohortSize,
        DrawPlan.MAX_COHORT);
    return Math.min((members + cohortSize - 1) / cohortSize, members / 3);
  }

  /** The position of a member's cohort, or -1. */
  public int cohortOf(String member) {
    for (int i = 0; i < cohorts.size(); i++) {
      if (cohorts.get(i).contains(member)) {
        return i;
      }
    }
    return -1;
  }

  /** Uniform indices from a keystream, by rejection. */
  private static final class Indices {
    private final MaskStream stream;

    Indices(Digest seed) {
      this.stream = new MaskStream(Bytes.of(seed.bytes()));
    }

    int below(int bound) {
      long limit = (1L << 32) / bound * bound;
      byte[] word = new byte[Integer.BYTES];
      while (true) {
        stream.nextBytes(word);
        long drawn = ByteBuffer.wrap(word).getInt() & 0xffffffffL;
        if (drawn < limit) {
          return (int) (drawn % bound);
        }
      }
    }
  }
}
