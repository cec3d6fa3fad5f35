package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamIdTest {
  private static final StreamId COHORT = new StreamId("heart", 11, 3);

  @Test
  void storesHaveTheNamesThatTheyAlwaysHad() {
    assertThat(COHORT.name()).isEqualTo("round/heart/000011/0003");
    assertThat(COHORT.whole().name()).isEqualTo("round/heart/000011");
    assertThat(StreamId.of("heart", 1_234_567).name()).isEqualTo("round/heart/1234567");
  }

  @Test
  void aNameIsReadAsItWasWritten() {
    for (StreamId id : List.of(COHORT, COHORT.whole(), new StreamId("a-1", 0, 12_345))) {
      assertThat(StreamId.parse(id.name())).isEqualTo(id);
    }
  }

  @Test
  void namesDoNotFollowTheMachinesLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(COHORT.name()).isEqualTo("round/heart/000011/0003");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void peopleCountFromOne() {
    assertThat(StreamId.of("job-1", 0).inWords()).isEqualTo("job job-1, round 1");
    assertThat(COHORT.inWords()).isEqualTo("job heart, round 12, cohort 3");
  }

  @Test
  void theyAreSortedAsRoundsFollow() {
    StreamId earlier = StreamId.of("heart", 2);
    List<StreamId> sorted =
        Stream.of(COHORT, COHORT.whole(), COHORT.cohort(2), earlier).sorted().toList();
    assertThat(sorted).containsExactly(earlier, COHORT.whole(), COHORT.cohort(2), COHORT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "round", "round/heart", "rounds/heart/1", "round/a/1/2/3", "round/heart/one"})
  void anythingElseNamesNoRound(String name) {
    assertThatThrownBy(() -> StreamId.parse(name)).isInstanceOf(IllegalArgumentException.class);
  }
}
