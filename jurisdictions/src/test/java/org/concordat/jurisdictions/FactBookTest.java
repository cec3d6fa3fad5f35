package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.concordat.jurisdictions.FactBook.Signed;
import org.concordat.jurisdictions.FactBook.Verdict;
import org.junit.jupiter.api.Test;

class FactBookTest {
  private static final Instant NOW = Samples.NOW;
  private final FactBook book = new FactBook();

  private static FactSheet sheet(Instant stated, String host) {
    return FactSheet.empty("zurich")
        .with(
            StatedFact.of(
                FactName.HOSTING,
                List.of(host),
                "contract 7",
                stated,
                stated.plus(Duration.ofDays(30))));
  }

  private static Signed signed(FactSheet sheet, String key) {
    return new Signed(sheet, key, sheet.toBytes());
  }

  private Verdict offer(FactSheet sheet, String key) {
    Signed one = signed(sheet, key);
    Verdict verdict = book.judge(one, NOW);
    if (verdict == Verdict.NEWER) {
      book.put(one);
    }
    return verdict;
  }

  @Test
  void onlyANewerSheetTakesTheOthersPlace() {
    FactSheet first = sheet(NOW, "own");
    assertThat(offer(first, "k1")).isEqualTo(Verdict.NEWER);
    assertThat(offer(first, "k1")).isEqualTo(Verdict.KNOWN);
    assertThat(offer(sheet(NOW, "acme"), "k1")).isEqualTo(Verdict.CONTRADICTS);
    assertThat(offer(first.without(FactName.HOSTING), "k1")).isEqualTo(Verdict.NEWER);
    assertThat(offer(first, "k1")).isEqualTo(Verdict.OLDER);
    assertThat(book.find("zurich", "k1").orElseThrow().sheet().number()).isEqualTo(2);
    assertThat(book.find("oslo", "k1")).isEmpty();
  }

  /** Else whoever stole the old key could state with a number that nobody passes. */
  @Test
  void underANewKeyAMemberBeginsAnew() {
    offer(sheet(NOW, "thief").after(1L << 52), "stolen");
    assertThat(book.find("zurich", "new")).isEmpty();
    assertThat(offer(sheet(NOW, "own"), "new")).isEqualTo(Verdict.NEWER);
    assertThat(book.find("zurich", "new").orElseThrow().sheet().number()).isEqualTo(1);
    assertThat(book.all()).hasSize(1);
  }

  @Test
  void whatIsStatedTomorrowIsNotTakenToday() {
    Instant just = NOW.plus(FactBook.TOLERANCE);
    assertThat(offer(sheet(just.plusMillis(1), "own"), "k1")).isEqualTo(Verdict.NOT_YET);
    assertThat(offer(sheet(just, "own"), "k1")).isEqualTo(Verdict.NEWER);
  }
}
