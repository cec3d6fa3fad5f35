package org.concordat.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.protocol.v1.AgentReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site that asks a person has a week, whatever it or the coordinator does meanwhile. */
class AskingTest {
  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir Path root;
  private Office office;

  @BeforeEach
  void proposed() throws JobRefusedException {
    office = new Office(root, Office.OPEN);
    Office.AGENTS.forEach(office::connect);
    assertThat(office.submit(Office.spec("job").build()).getAccepted()).isTrue();
  }

  @AfterEach
  void close() {
    office.close();
  }

  private void reports(String member, String state, String job) {
    office.consenting.reported(
        member, AgentReport.newBuilder().setState(state).setJob(job).build());
  }

  private void asks(String member) {
    reports(member, "waiting for a person's approval", "job");
  }

  private List<String> asking() {
    return office.job("job").record().getAskingList();
  }

  private void advance(Duration by) {
    office.clock.advance(by);
    office.consenting.tick();
  }

  private JobState state() {
    return office.job("job").record().getState();
  }

  @Test
  void whoAsksAPersonIsShownAndKeptOverARestart() {
    asks("zurich");
    asks("boston");
    assertThat(asking()).containsExactly("zurich", "boston");
    assertThat(office.consenting.waitingFor(office.job("job")))
        .isEqualTo(
            "answers of boston (a person is asked), budapest, cleveland, zurich (a person is"
                + " asked)");
    office.restart();
    assertThat(asking()).containsExactly("zurich", "boston");
    office.connect("zurich");
    assertThat(office.consenting.waitingFor(office.job("job")))
        .isEqualTo(
            "answers of boston (away), budapest (away), cleveland (away), zurich (a person is"
                + " asked)");
  }

  @Test
  void aPersonHasAWeekAlsoAfterARestartAndWithoutASession() {
    asks("zurich");
    office.restart();
    for (String member : List.of("boston", "budapest", "cleveland")) {
      office.consent(member, "job", true);
    }
    advance(WEEK);
    assertThat(state()).as("on the seventh day").isEqualTo(JobState.PROPOSED);
    advance(Duration.ofMillis(1));
    assertThat(state()).as("three have answered").isEqualTo(JobState.RUNNING);
    assertThat(office.job("job").consenting()).doesNotContain("zurich");
  }

  @Test
  void withoutAPersonTheSettingCounts() {
    for (String member : List.of("boston", "budapest", "cleveland")) {
      office.consent(member, "job", true);
    }
    advance(Office.CONSENT_WAIT);
    assertThat(state()).isEqualTo(JobState.PROPOSED);
    advance(Duration.ofMillis(1));
    assertThat(state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void onceThePersonHasAnsweredTheSettingCountsAgain() {
    asks("zurich");
    advance(Office.CONSENT_WAIT.multipliedBy(2));
    assertThat(state()).isEqualTo(JobState.PROPOSED);
    office.consent("zurich", "job", false);
    assertThat(asking()).as("that it was so stays").containsExactly("zurich");
    assertThat(office.consenting.waitingFor(office.job("job"))).doesNotContain("zurich");
    advance(Duration.ofMillis(1));
    assertThat(state()).isEqualTo(JobState.FAILED);
    assertThat(office.job("job").record().getReason()).contains("refused: zurich: not here");
  }

  @Test
  void whatElseTheSiteDoesMeanwhileChangesNothing() {
    asks("zurich");
    asks("zurich");
    reports("zurich", "training", "another-job");
    reports("zurich", "idle", "");
    office.disconnect("zurich");
    office.connect("zurich");
    reports("zurich", "idle", "");
    assertThat(asking()).as("noted once").containsExactly("zurich");
    advance(Office.CONSENT_WAIT.multipliedBy(2));
    assertThat(state()).isEqualTo(JobState.PROPOSED);
  }

  @Test
  void onlyAMemberThatHasNotAnsweredIsWaitedFor() {
    office.consent("zurich", "job", true);
    asks("zurich");
    asks("operator");
    asks("nobody");
    reports("boston", "training", "job");
    reports("boston", "waiting for a person's approval", "unknown-job");
    assertThat(asking()).isEmpty();
  }

  @Test
  void aJobThatRunsOrHasEndedAsksNobody() {
    Office.AGENTS.forEach(member -> office.consent(member, "job", true));
    assertThat(state()).isEqualTo(JobState.RUNNING);
    asks("zurich");
    assertThat(asking()).isEmpty();
    office.jobs.end(office.job("job"), JobState.ABORTED, "enough");
    asks("zurich");
    assertThat(asking()).isEmpty();
    assertThat(office.consenting.waitingFor(office.job("job"))).isEmpty();
  }
}
