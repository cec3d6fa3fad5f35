package org.concordat.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.concordat.coordinator.job.record.JobState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consent that is taken back before the job runs is logged, and does not count. */
class TakenBackTest {
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

  private JobState state() {
    return office.job("job").record().getState();
  }

  private void answersOfTheOthers() {
    for (String member : Office.AGENTS) {
      if (!member.equals("zurich")) {
        office.consent(member, "job", true);
      }
    }
  }

  @Test
  void theJobRunsWithoutTheMember() {
    office.consent("zurich", "job", true);
    office.consent("zurich", "job", false);
    assertThat(state()).as("the others have not answered").isEqualTo(JobState.PROPOSED);
    assertThat(office.job("job").consenting()).isEmpty();
    assertThat(office.logged("consent"))
        .hasSize(2)
        .anySatisfy(entry -> assertThat(entry).contains("zurich", "\"outcome\":\"deny\""));
    answersOfTheOthers();
    assertThat(state()).isEqualTo(JobState.RUNNING);
    assertThat(office.job("job").consenting()).containsExactly("boston", "budapest", "cleveland");
    assertThat(office.job("job").summary().getRefusalsList()).containsExactly("zurich: not here");
  }

  @Test
  void itIsFinalAlsoOverARestart() {
    office.consent("zurich", "job", true);
    office.consent("zurich", "job", false);
    office.restart();
    office.consent("zurich", "job", true);
    office.consent("zurich", "job", false);
    assertThat(office.job("job").consenting()).isEmpty();
    assertThat(office.logged("consent")).hasSize(2);
  }

  @Test
  void aJobThatTooFewAreLeftOfFails() {
    office.consent("zurich", "job", true);
    office.consent("boston", "job", true);
    office.consent("zurich", "job", false);
    office.consent("boston", "job", false);
    office.consent("budapest", "job", true);
    office.consent("cleveland", "job", true);
    assertThat(state()).isEqualTo(JobState.FAILED);
    assertThat(office.job("job").record().getReason())
        .contains("refused: boston: not here; zurich: not here");
  }

  /** However often a site has answered, that it takes its consent back is not dropped. */
  @Test
  void afterManyAnswersItIsTakenStill() {
    office.consent("zurich", "job", true);
    answersOfTheOthers();
    for (int i = 0; i < 20; i++) {
      office.consent("zurich", "job", true, "answer " + i);
    }
    assertThat(office.logged("consent")).hasSize(4 + 15);
    office.consent("zurich", "job", false);
    office.consent("zurich", "job", false, "once more");
    office.consent("zurich", "job", true, "and back");
    assertThat(office.logged("consent")).as("and that is the last").hasSize(4 + 16);
    assertThat(office.job("job").summary().getRefusalsList()).containsExactly("zurich: not here");
  }

  @Test
  void inARunningJobItIsLoggedAndShown() {
    office.consent("zurich", "job", true);
    answersOfTheOthers();
    office.consent("zurich", "job", false);
    assertThat(state()).isEqualTo(JobState.RUNNING);
    assertThat(office.logged("consent")).hasSize(5);
    assertThat(office.job("job").summary().getRefusalsList()).containsExactly("zurich: not here");
  }
}
