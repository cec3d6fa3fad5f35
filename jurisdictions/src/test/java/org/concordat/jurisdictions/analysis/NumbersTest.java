package org.concordat.jurisdictions.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void wholeOnesWhereThereAreEnough() {
    assertThat(Numbers.between(2, 5, 2)).containsExactly(3.0, 4.0);
    assertThat(Numbers.between(2.5, 5, 1)).containsExactly(3.0);
    assertThat(Numbers.above(3, 2)).containsExactly(4.0, 5.0);
    assertThat(Numbers.above(-1, 1)).containsExactly(0.0);
    assertThat(Numbers.below(3, 2)).containsExactly(2.0, 1.0);
    assertThat(Numbers.below(2.5, 1)).containsExactly(2.0);
  }

  @Test
  void partsWhereThereAreNot() {
    assertThat(Numbers.between(2, 3, 1)).containsExactly(2.5);
    assertThat(Numbers.between(2, 3, 3)).containsExactly(2.25, 2.5, 2.75);
    assertThat(Numbers.between(2, 4, 2)).hasSize(2).doesNotContain(2.0, 4.0);
  }

  @Test
  void neverMoreThanThereAre() {
    double next = Math.nextUp(1.0);
    assertThat(Numbers.between(1, next, 3)).isEmpty();
    assertThat(Numbers.between(1, Math.nextUp(next), 3)).containsExactly(next);
    assertThat(Numbers.above(Double.MAX_VALUE, 2)).isEmpty();
    assertThat(Numbers.below(-Double.MAX_VALUE, 2)).isEmpty();
    double large = 1e300;
    assertThat(Numbers.above(large, 2))
        .containsExactly(Math.nextUp(large), Math.nextUp(Math.nextUp(large)));
  }
}
