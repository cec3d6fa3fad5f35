package org.concordat.secureagg;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.junit.jupiter.api.Test;

class CohortTest {
  private static Cohort of(int n, int c) {
    List<String> members = IntStream.range(0, n).mapToObj("m%03d"::formatted).toList();
    return Cohort.of("a", World.ROSTER, World.POLICY, members, "coordinator", c);
  }

  @Test
  void theNumbersOfTheSpecification() {
    assertThat(of(4, 0).threshold()).isEqualTo(3);
    assertThat(of(4, 0).toleratedDrops()).isEqualTo(1);
    assertThat(of(4, 1).toleratedDrops()).isZero();
    assertThat(of(3, 0).toleratedDrops()).isZero();
    assertThat(of(6, 1).toleratedDrops()).isEqualTo(2);
  }

  /** Two quorums of T share a member that is not a colluder, for every feasible size. */
  @Test
  void quorumsIntersectInAnHonestMember() {
    for (int n = 3; n <= 256; n++) {
      for (int c = 0; Cohort.leastSurvivors(n, c) <= n; c++) {
        int t = Cohort.threshold(n, c);
        assertThat(2 * t - n).isGreaterThan(c);
        assertThat(Cohort.leastSurvivors(n, c) - c).isGreaterThanOrEqualTo(3);
      }
    }
  }

  @Test
  void infeasibleParametersNameFeasibleOnes() {
    assertThatThrownBy(() -> of(4, 2))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("Feasible: 5 members, or 1 colluders");
    assertThatThrownBy(() -> of(2, 0)).hasMessageContaining("at least 3");
    Cohort c = of(4, 0);
    assertThatThrownBy(
            () -> new Cohort("a", World.ROSTER, World.POLICY, c.members(), "coordinator", 0, 5))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("3 to 4");
    assertThatThrownBy(
            () -> new Cohort("a", World.ROSTER, World.POLICY, c.members(), "coordinator", 0, 2))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void membersAreSortedDistinctAndNotTheCoordinator() {
    for (List<String> bad :
        List.of(
            List.of("b", "a", "c"),
            List.of("a", "a", "b"),
            List.of("a", "b", "coordinator"),
            List.of("a", "b", " c"))) {
      assertThatThrownBy(
              () -> new Cohort("a", World.ROSTER, World.POLICY, bad, "coordinator", 0, 3))
          .isInstanceOf(MalformedMessageException.class);
    }
    assertThatThrownBy(() -> of(257, 0)).hasMessageContaining("at most 256");
  }

  @Test
  void aSentenceForTheOperator() {
    assertThat(of(6, 1).explain())
        .contains("at most 2 of them drop out")
        .contains("1 member work")
        .contains("at least 3 honest members");
    assertThat(of(4, 0).explain())
        .contains(
            "even the coordinator, if no member works with it, learns of your update only one");
  }

  @Test
  void encodingIsReadBackAndAdmitsItself() {
    Cohort c = of(256, 12);
    assertThat(Cohort.decode(c.encode())).isEqualTo(c);
    assertThat(c.admits(c)).isTrue();
    assertThat(of(6, 1).admits(of(6, 0))).isFalse();
  }

  /** Members compare these digests, and have them stored. */
  @Test
  void theEncodingsStayAsTheyAre() {
    List<String> members = List.of("basel", "bern", "geneva", "zurich");
    Digest roster = Digest.sha256("roster".getBytes(UTF_8));
    Digest policy = Digest.sha256("policy".getBytes(UTF_8));
    assertThat(Cohort.of("swiss", roster, policy, members, "coordinator", 1).digest().hex())
        .isEqualTo("0cebd32815c02e0928a16b246345f221a69dfc42a41691f0f4a2e804f9eb7ae2");
    Alliance alliance = new Alliance("swiss", roster, policy, members, "coordinator", 1);
    assertThat(Digest.sha256(alliance.encode()).hex())
        .isEqualTo("801fd7c6a59c649b3f10d95ab5f001e87427d3eabe62c60181ba8e9f8c480879");
    assertThat(Alliance.decode(alliance.encode())).isEqualTo(alliance);
  }
}
