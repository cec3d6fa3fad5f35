package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.concordat.jurisdictions.Ternary.FALSE;
import static org.concordat.jurisdictions.Ternary.TRUE;
import static org.concordat.jurisdictions.Ternary.UNKNOWN;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kleene's strong tables (Introduction to Metamathematics, section 64), and what each effect makes
 * of a value.
 */
class TernaryTest {
  @ParameterizedTest
  @CsvSource({
    "TRUE,TRUE,TRUE,TRUE",
    "TRUE,UNKNOWN,UNKNOWN,TRUE",
    "TRUE,FALSE,FALSE,TRUE",
    "UNKNOWN,TRUE,UNKNOWN,TRUE",
    "UNKNOWN,UNKNOWN,UNKNOWN,UNKNOWN",
    "UNKNOWN,FALSE,FALSE,UNKNOWN",
    "FALSE,TRUE,FALSE,TRUE",
    "FALSE,UNKNOWN,FALSE,UNKNOWN",
    "FALSE,FALSE,FALSE,FALSE"
  })
  void andOr(Ternary one, Ternary other, Ternary and, Ternary or) {
    assertThat(one.and(other)).isEqualTo(and);
    assertThat(one.or(other)).isEqualTo(or);
  }

  @Test
  void not() {
    assertThat(TRUE.not()).isEqualTo(FALSE);
    assertThat(FALSE.not()).isEqualTo(TRUE);
    assertThat(UNKNOWN.not()).isEqualTo(UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "FORBID,TRUE,true", "FORBID,UNKNOWN,true", "FORBID,FALSE,false",
    "REQUIRE,TRUE,false", "REQUIRE,UNKNOWN,true", "REQUIRE,FALSE,true",
    "PERMIT,TRUE,false", "PERMIT,UNKNOWN,false", "PERMIT,FALSE,false"
  })
  void whatDenies(Effect effect, Ternary value, boolean denies) {
    assertThat(effect.denies(value)).isEqualTo(denies);
  }
}
