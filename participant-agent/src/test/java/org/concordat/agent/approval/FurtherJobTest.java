package org.concordat.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.concordat.agent.approval.ApprovalRule.FurtherJobs;
import org.concordat.agent.job.DataUse;
import org.junit.jupiter.api.Test;

/** When a person is asked about a job on data of which a sum may have been opened before. */
class FurtherJobTest {
  private static final List<String> ALL = List.of("boston", "budapest", "cleveland", "zurich");
  private static final List<String> WITHOUT_ZURICH = List.of("boston", "budapest", "cleveland");

  private static DataUse use(String job, List<String> members, long opened, boolean ended) {
    return new DataUse(
        job, "toy", "ab".repeat(32), "cd".repeat(32), members, "", 11, opened, opened - 1, ended);
  }

  @Test
  void theFirstJobOnADataSetAsksNobody() {
    assertThat(FurtherJob.reasons(FurtherJobs.ASK, List.of(), ALL, 1000)).isEmpty();
  }

  @Test
  void aJobThatEndedBeforeAnythingWasOpenedDoesNotCount() {
    List<DataUse> before = List.of(use("failed", WITHOUT_ZURICH, 0, true));
    assertThat(FurtherJob.reasons(FurtherJobs.ASK, before, ALL, 5)).isEmpty();
  }

  /** Two jobs at once would pass a rule that counted only what is open already. */
  @Test
  void aJobThatRunsCountsWithAllThatItMayOpen() {
    List<DataUse> before = List.of(use("running", ALL, 0, false));
    assertThat(FurtherJob.reasons(new FurtherJobs(15, true), before, ALL, 4)).isEmpty();
    assertThat(FurtherJob.reasons(new FurtherJobs(14, true), before, ALL, 4).get(0))
        .contains("(running) opened or may open 11 sums; this one adds 4")
        .contains("rule allows 14 over the same members");
  }

  @Test
  void whoseUpdateCouldBeToldApartIsNamed() {
    List<DataUse> before = List.of(use("a", WITHOUT_ZURICH, 3, true), use("b", ALL, 3, true));
    assertThat(FurtherJob.reasons(FurtherJobs.ASK, before, ALL, 2).get(1))
        .contains("the update of zurich could be told apart");
    assertThat(FurtherJob.reasons(FurtherJobs.ASK, List.of(use("b", ALL, 3, true)), ALL, 2).get(1))
        .contains("the members are the same")
        .contains("missing in the other");
  }

  @Test
  void aRuleForTheSameMembersIsNoRuleForOthers() {
    List<DataUse> before = List.of(use("a", WITHOUT_ZURICH, 3, true));
    assertThat(FurtherJob.reasons(new FurtherJobs(100, true), before, ALL, 2)).isNotEmpty();
    assertThat(FurtherJob.reasons(new FurtherJobs(100, true), before, WITHOUT_ZURICH, 2)).isEmpty();
    assertThat(FurtherJob.reasons(new FurtherJobs(100, false), before, ALL, 2)).isEmpty();
    assertThat(FurtherJob.reasons(new FurtherJobs(4, false), before, ALL, 2)).isNotEmpty();
  }
}
