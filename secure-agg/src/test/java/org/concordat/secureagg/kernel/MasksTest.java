package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.concordat.secureagg.Bytes;
import org.junit.jupiter.api.Test;

class MasksTest {
  private static List<MaskTerm> terms(Random random, int count) {
    List<MaskTerm> terms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      terms.add(new MaskTerm(Bytes.of(key), i % 3 != 1));
    }
    return terms;
  }

  /** Each stream from its start, one after the other: the definition. */
  private static int[] plain(int elements, long first, List<MaskTerm> terms) {
    int[] words = new int[(int) first + elements];
    for (MaskTerm term : terms) {
      new MaskStream(term.key()).apply(words, 0, words.length, 0, term.added());
    }
    return java.util.Arrays.copyOfRange(words, (int) first, words.length);
  }

  @Test
  void anyRangeAndAnyNumberOfThreadsGiveTheDefinition() {
    Random random = new Random(5);
    List<MaskTerm> terms = terms(random, 5);
    for (int elements : new int[] {1, 3, 4095, 4096, 4097, 20_011}) {
      for (long first : new long[] {0, 1, 4096, 8193}) {
        int[] expected = plain(elements, first, terms);
        for (int threads : new int[] {0, 1, 2, 3, 7, 64, 1000}) {
          int[] words = new int[elements];
          Masks.add(words, first, terms, threads);
          assertThat(words).as("%s from %s on %s", elements, first, threads).isEqualTo(expected);
          Masks.remove(words, first, terms, threads);
          assertThat(words).containsOnly(0);
        }
      }
    }
  }

  @Test
  void oneThreadForEachQuarterOfAMillionElementsAsFarAsThereAreProcessors() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(Masks.threadsFor(1)).isEqualTo(1);
    assertThat(Masks.threadsFor((1 << 18) - 1)).isEqualTo(1);
    assertThat(Masks.threadsFor(1 << 18)).isEqualTo(Math.min(2, processors));
    assertThat(Masks.threadsFor(Integer.MAX_VALUE)).isEqualTo(processors);
  }

  @Test
  void aKeyHasThirtyTwoBytes() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> new MaskTerm(Bytes.of(new byte[31]), true))
        .hasMessageContaining("31");
  }
}
