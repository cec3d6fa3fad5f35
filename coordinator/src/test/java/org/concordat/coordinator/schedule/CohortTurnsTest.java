package org.concordat.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.Office;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.NoEffects;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.secureagg.Digest;
import org.concordat.store.Database;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose round over several cohorts is next; what was begun survives a restart. */
final class CohortTurnsTest {
  private static final Digest ROSTER = Digest.sha256(new byte[] {1});

  @TempDir Path root;
  private Office office;
  private Database database;
  private CohortRounds cohorts;
  private CohortTurns turns;

  @BeforeEach
  void open() throws Exception {
    office = new Office(root, Office.OPEN);
    for (String job : new String[] {"a", "b", "c"}) {
      office.submit(Office.spec(job).build());
      Office.AGENTS.forEach(member -> office.consent(member, job, true));
    }
    database = Database.open(StoreLocation.sqlite(root.resolve("rounds")));
    begin();
  }

  private void begin() {
    HashNotary notary = new HashNotary("coordinator");
    RoundEngine engine =
        NoEffects.engine(
            database,
            number -> {
              throw new IllegalStateException("no epochs here");
            },
            notary,
            office.clock);
    cohorts =
        new CohortRounds(
            engine, office.entries, new Checkpoints(office.entries, office.sessions, notary));
    turns = new CohortTurns(office.book, cohorts);
  }

  @AfterEach
  void close() {
    database.close();
    office.close();
  }

  @Test
  void aRoundThatHasBegunHoldsTheTurn() {
    assertThat(turns.holder("a")).isEmpty();
    cohorts.begin("b", new CohortRounds.Begun(0, 3, ROSTER));
    assertThat(turns.holder("a").map(Job::id)).contains("b");
    assertThat(turns.holder("b")).as("not before itself").isEmpty();
  }

  @Test
  void itHoldsItAfterARestartToo() {
    cohorts.begin("b", new CohortRounds.Begun(0, 3, ROSTER));
    begin();
    assertThat(turns.holder("a").map(Job::id)).contains("b");
    assertThat(cohorts.begun("b", 0)).contains(new CohortRounds.Begun(0, 3, ROSTER));
    assertThat(cohorts.begun("b", 1)).as("another round").isEmpty();
  }

  @Test
  void aCommittedRoundLetsTheOthersGoOn() {
    cohorts.begin("b", new CohortRounds.Begun(0, 3, ROSTER));
    office.jobs.committed(office.job("b"), 0, ROSTER, ROSTER);
    assertThat(turns.holder("a")).isEmpty();
  }

  @Test
  void whoHasWaitedLongerIsAhead() {
    turns.waits("c");
    turns.waits("a");
    turns.waits("c");
    assertThat(turns.ahead("b")).containsExactly("c", "a");
    assertThat(turns.ahead("a")).containsExactly("c");
    turns.done("c");
    assertThat(turns.ahead("a")).isEmpty();
  }
}
