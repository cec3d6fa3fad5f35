package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DistinctTermsTest {
  private static final int MOST = TilePath.FULL * Terms.MOST;

  @TestFactory
  Stream<DynamicTest> eachIsThereOnceAndNoneIsLeftForTheNextBundle() {
    return Seeded.property(
        "distinct terms",
        5,
        random -> {
          DistinctTerms terms = new DistinctTerms();
          for (int bundle = 0; bundle < 4; bundle++) {
            TreeSet<Integer> expected = new TreeSet<>();
            int range = random.nextInt(1, 2000);
            for (int i = 0; i < 5000; i++) {
              int term = random.nextInt(-range, range);
              terms.add(term);
              expected.add(term);
            }
            assertThat(terms.takeAll())
                .containsExactly(expected.stream().mapToInt(one -> one).toArray());
          }
        });
  }

  @Test
  void zeroIsATermLikeAnother() {
    DistinctTerms terms = new DistinctTerms();
    terms.add(0);
    terms.add(-1);
    terms.add(0);
    assertThat(terms.takeAll()).containsExactly(-1, 0);
    terms.add(5);
    assertThat(terms.takeAll()).containsExactly(5);
    assertThat(terms.takeAll()).isEmpty();
  }

  /** All in one slot of the table, and as many as there can be. */
  @Test
  void asManyAsABundleCanHaveFind() {
    DistinctTerms terms = new DistinctTerms();
    int[] all = IntStream.rangeClosed(0, MOST - 1).map(i -> i << 16 | i >>> 16).sorted().toArray();
    for (int term : all) {
      terms.add(term);
      terms.add(term);
    }
    assertThat(terms.takeAll()).containsExactly(all);
  }
}
