package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.concordat.agent.data.Numerals.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a number is the double that Java makes of it, bit by bit. */
class NumeralsTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Numerals numerals = new Numerals(Dialect.plain(','));

  private Form read(String cell) {
    Row row = new Row();
    row.begin(1);
    row.add(cell.toCharArray(), 0, cell.length());
    return numerals.read(row, 0);
  }

  @Test
  void everyDecimalIsReadAsJavaReadsIt() {
    Random random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      String digits = new BigInteger(1 + random.nextInt(70), random).toString();
      String number = new BigDecimal(new BigInteger(digits), random.nextInt(20)).toPlainString();
      String sign = random.nextInt(3) == 0 ? "-" : "";
      String cell = sign + number + (random.nextInt(5) == 0 ? "e" + random.nextInt(40) : "");
      assertThat(read(cell)).as("%s, seed %s", cell, SEED).isEqualTo(Form.NUMBER);
      assertThat(Double.doubleToRawLongBits(numerals.value()))
          .as("%s, seed %s", cell, SEED)
          .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(cell)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "+7", "5.", ".5", "-.5e-3", "007", "1e308", "4.9e-324"})
  void theseAreNumbers(String cell) {
    assertThat(read(cell)).isEqualTo(Form.NUMBER);
    assertThat(numerals.value()).isEqualTo(Double.parseDouble(cell));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".", "+", "-", "e5", "1e", "1e+", "1e1000", "1 2", "0x1p3", "1d", "--1", "1.2.3"})
  void theseAreNone(String cell) {
    assertThat(read(cell)).isEqualTo(Form.NOT_A_NUMBER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "-inf", "Infinity", "1e999", "-1e400"})
  void theseAreNotFinite(String cell) {
    assertThat(read(cell)).isEqualTo(Form.NOT_FINITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,5", "-0,5", "1.234,5", "1,5e3"})
  void theseHaveTheOtherDecimalSign(String cell) {
    assertThat(read(cell)).isEqualTo(Form.OTHER_DECIMAL);
  }
}
