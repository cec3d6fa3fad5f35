package org.concordat.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which members a job's rounds have, and how few may be left of them. */
final class CohortPlanTest {
  private static final List<String> THREE = List.of("zurich", "boston", "budapest");

  @TempDir Path root;
  private Office office;
  private CohortPlan plan;

  @BeforeEach
  void open() {
    office = new Office(root, Office.OPEN);
    plan = plan(250, OptionalInt.empty());
  }

  @AfterEach
  void close() {
    office.close();
  }

  private CohortPlan plan(int size, OptionalInt drawColluders) {
    return new CohortPlan(office.directory, "coordinator", size, drawColluders);
  }

  @Test
  void membersAreSortedAndThoseWhoLeftTheRosterAreNotInIt() {
    Cohort cohort = plan.cohort(List.of("zurich", "oslo", "cleveland", "budapest", "boston"), 4, 0);
    assertThat(cohort.members()).isEqualTo(Office.AGENTS);
    assertThat(cohort.coordinator()).isEqualTo("coordinator");
    assertThat(cohort.rosterDigest().hex()).isEqualTo(office.directory.roster().digest().hex());
  }

  @Test
  void aJobOfFewerMembersIsNoWeakerThanAllOfTheRoster() {
    assertThat(Cohort.leastSurvivors(4, 0)).isEqualTo(3);
    assertThat(plan.cohort(THREE, 3, 0).minSurvivors()).isEqualTo(3);
  }

  @Test
  void whoRefusesDoesNotWeakenWhatTheOthersAgreedTo() {
    // six were asked, T = 4 of them: three that are left are too few
    assertThatThrownBy(() -> plan.cohort(THREE, 6, 0))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("3");
    assertThat(plan.cohort(Office.AGENTS, 6, 0).minSurvivors()).isEqualTo(4);
  }

  @Test
  void tooManyColludersForSoFewMembersAreRefusedWithTheNumbers() {
    assertThatThrownBy(() -> plan.requireFeasible(Office.AGENTS, 2))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("2")
        .hasMessageContaining("4");
  }

  @Test
  void moreAgentsThanOneCohortTakesNeedAStatedNumberOfColluders() {
    CohortPlan several = plan(3, OptionalInt.empty());
    assertThat(several.several()).isTrue();
    assertThatThrownBy(() -> several.requireFeasible(Office.AGENTS, 0))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("rounds.draw-colluders")
        .hasMessageContaining("4 agents");
  }

  @Test
  void theDrawCountsWithTheLargerNumberOfColluders() {
    CohortPlan several = plan(3, OptionalInt.of(1));
    assertThat(several.alliance(0).colluders()).isEqualTo(1);
    assertThat(several.alliance(2).colluders()).isEqualTo(2);
  }

  @Test
  void ofADrawnCohortThoseWhoTakeNoPartAreLeftOutAndTheBoundStays() {
    Cohort drawn = plan.cohort(Office.AGENTS, 4, 0);
    Cohort taking = CohortPlan.taking(drawn, THREE);
    assertThat(taking.members()).containsExactly("boston", "budapest", "zurich");
    assertThat(taking.minSurvivors()).isEqualTo(drawn.minSurvivors());
    assertThatThrownBy(() -> CohortPlan.taking(drawn, THREE.subList(0, 2)))
        .isInstanceOf(InfeasibleCohortException.class);
  }

  @Test
  void rostersAreComparedInWords() {
    Digest now = new Digest(office.directory.roster().digest().bytes());
    assertThat(plan.changeSince(now)).isEqualTo("the same agents");
  }
}
