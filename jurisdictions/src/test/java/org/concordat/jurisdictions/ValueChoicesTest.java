package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which values a suggestion may be made of, and how it says which. */
class ValueChoicesTest {
  private static final FactName NUMBER = FactName.DP_EPSILON_LIMIT;

  private static FactValue number(double value) {
    return new FactValue.Number(value);
  }

  private static FactValue text(String value) {
    return new FactValue.Text(value);
  }

  private static FactValue set(String... words) {
    return new FactValue.TextSet(sorted(words));
  }

  private static SortedSet<String> sorted(String... words) {
    return new TreeSet<>(List.of(words));
  }

  private static Comparison one(FactName fact, Operator operator, Operand operand) {
    return new Comparison(fact, Set.of(), operator, operand);
  }

  private static ValueChoices numbers(double... thresholds) {
    List<Comparison> comparisons =
        Arrays.stream(thresholds)
            .mapToObj(t -> one(NUMBER, Operator.AT_LEAST, new Operand.Literal(number(t))))
            .toList();
    return new ValueChoices(NUMBER, comparisons, List.of(), Optional.empty());
  }

  private static ValueChoices words(FactName fact, String... named) {
    Operand operand = new Operand.Words(sorted(named));
    return new ValueChoices(
        fact, List.of(one(fact, Operator.IN, operand)), List.of(), Optional.empty());
  }

  @Test
  void eachThresholdOneBetweenOneBelowAndOneAbove() {
    assertThat(numbers().values()).containsExactly(number(0));
    assertThat(numbers(2).values()).containsExactly(number(2), number(1), number(3));
    assertThat(numbers(2, 5).values())
        .containsExactly(number(2), number(5), number(1), number(3), number(6));
    assertThat(numbers(0.5).values()).containsExactly(number(0.5), number(0), number(1));
    assertThat(numbers(-0.5).values()).containsExactly(number(-0.5), number(-1), number(0));
    // no whole number between: the middle
    assertThat(numbers(2, 3).values()).contains(number(2.5)).hasSize(5);
    assertThat(numbers(2.25, 2.75).values()).contains(number(2.5), number(2), number(3));
  }

  @Test
  void numbersTooLargeForOneMoreStillHaveNeighbours() {
    double large = 0x1p60;
    assertThat(numbers(large).values())
        .containsExactly(number(large), number(Math.nextDown(large)), number(Math.nextUp(large)));
    assertThat(numbers(Double.MAX_VALUE).values()).hasSize(2);
    assertThat(numbers(-Double.MAX_VALUE).values()).hasSize(2);
  }

  @Test
  void numbersThatNoRuleTellsApartInWords() {
    ValueChoices two = numbers(2, 5);
    assertThat(two.words(List.of(number(5), number(6)))).isEqualTo("at least 5");
    assertThat(two.words(List.of(number(6)))).isEqualTo("above 5");
    assertThat(two.words(List.of(number(2), number(1)))).isEqualTo("at most 2");
    assertThat(two.words(List.of(number(1)))).isEqualTo("below 2");
    assertThat(two.words(List.of(number(2)))).isEqualTo("2");
    assertThat(two.words(List.of(number(2), number(3)))).isEqualTo("such as 2");
    assertThat(two.words(List.of(number(1), number(3))))
        .as("2 is not among")
        .isEqualTo("such as 1");
    assertThat(two.words(List.copyOf(two.values()))).isEqualTo("such as 2");
    assertThat(numbers().words(List.of(number(0)))).isEqualTo("stated");
  }

  @Test
  void whatIsNamed() {
    assertThat(numbers(2).isNamed(number(2))).isTrue();
    assertThat(numbers(2).isNamed(number(3))).isFalse();
    ValueChoices countries = words(FactName.COUNTRY, "CH", "FR");
    assertThat(countries.isNamed(text("CH"))).isTrue();
    assertThat(countries.isNamed(text("DE"))).isFalse();
    ValueChoices regions = words(FactName.SUBJECT_REGIONS, "eu", "ch");
    assertThat(regions.isNamed(set("eu", "ch"))).isTrue();
    assertThat(regions.isNamed(set("eu", "us"))).isFalse();
  }

  @Test
  void oneWordThatNobodyNamed() {
    assertThat(words(FactName.COUNTRY, "CH").values()).containsExactly(text("CH"), text("AD"));
    assertThat(words(FactName.COUNTRY, "AD").values()).containsExactly(text("AD"), text("AE"));
    assertThat(words(FactName.ARTEFACT, "aggregate").values())
        .containsExactly(text("aggregate"), text("bundle"));
    assertThat(words(FactName.PURPOSE, "x").values()).containsExactly(text("x"), text("other"));
    assertThat(words(FactName.PURPOSE, "other").values())
        .containsExactly(text("other"), text("other-0"));
    assertThat(words(FactName.PURPOSE, "other", "other-0").values())
        .containsExactly(text("other"), text("other-0"), text("other-1"));
    assertThat(words(FactName.JURISDICTION, "zz").values())
        .containsExactly(text("zz"), text("zz-0"));
    assertThat(words(FactName.SUBJECT_REGIONS, "eu").values()).contains(set("zz"));
  }

  @Test
  void whereEveryWordIsNamedTheLastResort() {
    String[] all =
        Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).toArray(String[]::new);
    assertThat(words(FactName.COUNTRY, all).values()).hasSize(all.length).contains(text("ZW"));
    String[] artefacts = FactValues.ARTEFACTS.toArray(String[]::new);
    assertThat(words(FactName.ARTEFACT, artefacts).values()).hasSize(artefacts.length);
  }

  @Test
  void setsAreListsWhatTheyShareAndEachWord() {
    Comparison eu =
        one(FactName.SUBJECT_REGIONS, Operator.IN, new Operand.Words(sorted("de", "fr")));
    Comparison alps =
        one(FactName.SUBJECT_REGIONS, Operator.IN, new Operand.Words(sorted("ch", "fr")));
    ValueChoices choices =
        new ValueChoices(
            FactName.SUBJECT_REGIONS,
            List.of(eu, alps),
            List.of(set("us")),
            Optional.of(set("ch", "de", "us")));
    assertThat(choices.values())
        .contains(
            set("ch", "de", "us"),
            set("de"),
            set("ch"),
            set("us"),
            set("de", "fr"),
            set("ch", "fr"),
            set("fr"),
            set("zz"));
    assertThat(choices.values()).allMatch(v -> !((FactValue.TextSet) v).texts().isEmpty());
  }

  @Test
  void setsAreBounded() {
    String[] many = IntStream.range(0, 200).mapToObj("r%03d"::formatted).toArray(String[]::new);
    List<Comparison> lists =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    one(
                        FactName.SUBJECT_REGIONS,
                        Operator.IN,
                        new Operand.Words(new TreeSet<>(Arrays.asList(many).subList(i, i + 100)))))
            .toList();
    ValueChoices choices =
        new ValueChoices(FactName.SUBJECT_REGIONS, lists, List.of(), Optional.empty());
    assertThat(choices.values()).hasSize(64 + 1 + 64);
  }

  @Test
  void wordsThatNoRuleTellsApart() {
    ValueChoices countries = words(FactName.COUNTRY, "CH", "DE", "FR");
    assertThat(countries.words(List.of(text("CH")))).isEqualTo("CH");
    assertThat(countries.words(List.of(text("DE"), text("CH")))).isEqualTo("one of CH, DE");
    assertThat(countries.words(List.of(text("AD")))).isEqualTo("anything but CH, DE, FR");
    assertThat(countries.words(List.of(text("AD"), text("CH")))).isEqualTo("anything but DE, FR");
    assertThat(countries.words(List.copyOf(countries.values()))).isEqualTo("stated");
    ValueChoices seven = words(FactName.PURPOSE, "a", "b", "c", "d", "e", "f", "g");
    assertThat(seven.words(List.of(text("other"))))
        .isEqualTo("anything but a, b, c, d, e and 2 more");
    ValueChoices five = words(FactName.PURPOSE, "a", "b", "c", "d", "e");
    assertThat(five.words(List.of(text("other")))).isEqualTo("anything but a, b, c, d, e");
    assertThat(words(FactName.SUBJECT_REGIONS, "eu").words(List.of(set("eu")))).contains("eu");
  }

  @Test
  void namesOfListsAndValuesOfOtherFactsCount() {
    ValueList list = new ValueList("alps", "test", "2026-11-21", null, sorted("AT", "CH"));
    Comparison named =
        one(FactName.COUNTRY, Operator.IN, new Operand.Named(list, sorted("AT", "CH")));
    ValueChoices choices =
        new ValueChoices(
            FactName.COUNTRY, List.of(named), List.of(text("IT")), Optional.of(text("US")));
    assertThat(choices.values())
        .containsExactly(text("US"), text("AT"), text("CH"), text("IT"), text("AD"));
    ValueChoices numbers =
        new ValueChoices(NUMBER, List.of(), List.of(number(7)), Optional.of(number(9)));
    assertThat(numbers.values()).containsExactly(number(9), number(7), number(6), number(8));
  }
}
