package org.concordat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void medianIsTheMiddleValueWhateverTheOrder() {
    assertThat(new Samples(9, 1, 5).median()).isEqualTo(5);
    assertThat(new Samples(4, 1, 2, 9).median()).isEqualTo(3);
    assertThat(new Samples(7).median()).isEqualTo(7);
  }

  @Test
  void ratiosAreTakenPairByPair() {
    Samples ratio = new Samples(10, 40, 90).over(new Samples(1, 2, 3));
    assertThat(ratio.values()).containsExactly(10, 20, 30);
    assertThat(ratio.times(2).median()).isEqualTo(40);
  }

  @Test
  void unpairedOrEmptySamplesAreRefused() {
    assertThatThrownBy(() -> new Samples(1, 2).over(new Samples(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(Samples::new).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void spreadIsSmallestAndLargest() {
    assertThat(new Samples(3, 1, 2).describe())
        .containsEntry("min", 1.0)
        .containsEntry("max", 3.0)
        .containsEntry("samples", 3);
  }

  @Test
  void figuresKeepFourDigits() {
    assertThat(Figures.round(0.000123456)).isCloseTo(0.0001235, within(1e-12));
    assertThat(Figures.text(16950)).isEqualTo("16950");
    assertThat(Figures.text(0.5)).isEqualTo("0.5");
  }
}
