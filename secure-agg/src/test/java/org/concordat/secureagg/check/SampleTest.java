package org.concordat.secureagg.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.junit.jupiter.api.Test;

class SampleTest {
  @Test
  void aSampleHasTheSizeAskedForAtLeastOneAndNoLeafTwice() {
    Random random = new Random(3);
    assertThat(Sample.of(1, .01, random)).containsExactly(0);
    assertThat(Sample.of(245, .01, random)).hasSize(3).doesNotHaveDuplicates().isSorted();
    assertThat(Sample.of(245, 1, random)).hasSize(245).doesNotHaveDuplicates().isSorted();
    assertThat(Sample.of(245, Double.MIN_VALUE, random)).hasSize(1);
  }

  @Test
  void everyLeafIsEquallyLikely() {
    Random random = new Random(4);
    int[] hits = new int[20];
    for (int i = 0; i < 20_000; i++) {
      Sample.of(20, .1, random).forEach(leaf -> hits[leaf]++);
    }
    // 2,000 expected, standard deviation 42
    for (int count : hits) {
      assertThat(count).isBetween(1_790, 2_210);
    }
  }

  @Test
  void fractionsOutsideTheRangeAreRefusedWithTheirValue() {
    for (double fraction : List.of(0.0, -1.0, 1.001, Double.NaN)) {
      assertThatThrownBy(() -> Sample.of(10, fraction, new Random(1)))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining(Double.toString(fraction));
    }
    assertThatThrownBy(() -> Sample.of(0, .5, new Random(1)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void detectionIsWhatTheProtocolStates() {
    assertThat(Sample.detection(.01, 4, 1)).isCloseTo(.04, within(.001));
    assertThat(Sample.detection(.01, 100, 1)).isCloseTo(.63, within(.005));
    assertThat(Sample.detection(1, 1, 1)).isEqualTo(1);
  }
}
