package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.concordat.secureagg.World;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.junit.jupiter.api.Test;

class AssignmentTest {
  private static List<String> members(int n) {
    return IntStream.range(0, n).mapToObj(i -> "member-%05d".formatted(i)).toList();
  }

  @Test
  void everyMemberIsInExactlyOneCohortOfAlmostEqualSize() {
    for (int n : new int[] {3, 250, 251, 257, 1000, 1001, 10_000}) {
      Assignment assignment = Assignment.of(members(n), World.digest("seed-" + n), 250);
      List<String> all = assignment.cohorts().stream().flatMap(List::stream).sorted().toList();
      assertThat(all).isEqualTo(members(n));
      int smallest = assignment.cohorts().stream().mapToInt(List::size).min().orElseThrow();
      int largest = assignment.cohorts().stream().mapToInt(List::size).max().orElseThrow();
      assertThat(largest).isLessThanOrEqualTo(250).isLessThanOrEqualTo(smallest + 1);
      assertThat(assignment.cohorts()).hasSize((n + 249) / 250);
      assertThat(assignment.cohorts()).allSatisfy(cohort -> assertThat(cohort).isSorted());
    }
  }

  @Test
  void onlyTheSeedDecidesNotTheOrderOfTheMembers() {
    List<String> reversed = new ArrayList<>(members(600));
    Collections.reverse(reversed);
    Assignment assignment = Assignment.of(members(600), World.digest("a"), 250);
    assertThat(Assignment.of(reversed, World.digest("a"), 250)).isEqualTo(assignment);
    assertThat(Assignment.of(members(600), World.digest("b"), 250)).isNotEqualTo(assignment);
    assertThat(assignment.cohorts().get(assignment.cohortOf("member-00042")))
        .contains("member-00042");
    assertThat(assignment.cohortOf("nobody")).isEqualTo(-1);
  }

  @Test
  void smallCohortsHaveAtLeastThreeMembers() {
    for (int size = 3; size <= 6; size++) {
      for (int n = 3; n <= 40; n++) {
        Assignment assignment = Assignment.of(members(n), World.digest("seed"), size);
        int most = size + 2;
        assertThat(assignment.cohorts())
            .hasSize(Assignment.count(n, size))
            .allSatisfy(cohort -> assertThat(cohort).hasSizeBetween(3, most));
      }
    }
    assertThat(Assignment.of(members(7), World.digest("seed"), 3).cohorts()).hasSize(2);
    assertThatThrownBy(() -> Assignment.of(members(7), World.digest("seed"), 2))
        .hasMessageContaining("cohorts of 2");
    assertThatThrownBy(() -> Assignment.of(members(7), World.digest("seed"), 251))
        .hasMessageContaining("cohorts of 251");
  }

  /** 3,000 draws, three cohorts: 1,000 expected, standard deviation 26. */
  @Test
  void aMemberIsInEachCohortEquallyOften() {
    int[] hits = new int[3];
    for (int draw = 0; draw < 3000; draw++) {
      hits[
          Assignment.of(members(600), World.digest("draw-" + draw), 250)
              .cohortOf("member-00007")]++;
    }
    for (int count : hits) {
      assertThat(count).isBetween(870, 1130);
    }
  }

  @Test
  void tooFewOrRepeatedMembersAreRefused() {
    assertThatThrownBy(() -> Assignment.of(members(2), World.digest("s"), 250))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("2 members");
    assertThatThrownBy(() -> Assignment.of(List.of("a", "a", "b"), World.digest("s"), 250))
        .isInstanceOf(MalformedMessageException.class);
  }
}
