package org.concordat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Test;

class JobWatcherTest {
  private final JobSummary job =
      JobSummary.newBuilder()
          .setJob("huge")
          .setState("FAILED")
          .setReason("the sum left the model as it was")
          .setRounds(3)
          .build();

  private static RoundSummary aborted(String reason) {
    return RoundSummary.newBuilder().setReason(reason).setAccuracy(Double.NaN).build();
  }

  @Test
  void aReasonThatIsTheJobsTooIsNotToldAgainWithTheRound() {
    assertThat(JobWatcher.detail(aborted(job.getReason()), job)).isEmpty();
    assertThat(JobWatcher.detail(aborted("zurich: NaN"), job)).isEqualTo(" (zurich: NaN)");
  }

  @Test
  void theLastLineCountsRoundsAndLeavesTheReasonToTheError() {
    assertThat(JobWatcher.ended(job))
        .isEqualTo("Job 'huge' FAILED, 0 of 4 rounds committed (the last evaluates).");
  }
}
