package org.concordat.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.Office;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.NoEffects;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.round.TestSite;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Database;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a job's next round is opened, and what it waits for before. */
final class OpeningTest {
  private static final List<String> THREE = Office.AGENTS.subList(0, 3);

  @TempDir Path directory;
  private final HashNotary notary = new HashNotary("coordinator");
  private final Map<String, TestSite> sites = new TreeMap<>();
  private final Map<String, FakeStream> streams = new HashMap<>();
  private final List<String> changed = new ArrayList<>();
  private Office office;
  private Database database;
  private Epochs epochs;
  private RoundEngine engine;
  private RoundScheduler scheduler;

  @BeforeEach
  void open() throws Exception {
    office = new Office(directory, Office.OPEN);
    database = Database.open(StoreLocation.sqlite(directory.resolve("rounds")));
    Sessions sessions = office.sessions;
    EpochLog log = new EpochLog(office.audit, office.clock, () -> {});
    Duration wait = Duration.ofSeconds(10);
    epochs = new Epochs(office.entries, sessions, notary, office.clock, wait, log);
    DrawKeeper draws = new DrawKeeper(office.entries, sessions, notary, office.clock, wait, log);
    engine = NoEffects.engine(database, epochs::find, notary, office.clock);
    Waits waits = new Waits(office.clock, changed::add);
    scheduler =
        new RoundScheduler(
            office.book,
            office.jobs,
            engine,
            new CohortChoice(
                office.book,
                office.plan,
                engine,
                epochs,
                draws,
                new CohortRounds(
                    engine, office.entries, new Checkpoints(office.entries, sessions, notary))),
            new AttemptOpener(office.jobs, office.plan, office.policy, engine, epochs, waits),
            waits,
            changed::add);
  }

  @AfterEach
  void close() {
    database.close();
    office.close();
  }

  /** A job that these members have agreed to, and everybody else has refused. */
  private void job(String id, List<String> willing) throws JobRefusedException {
    office.submit(Office.spec(id).build());
    for (String member : Office.AGENTS) {
      office.consent(member, id, willing.contains(member));
    }
  }

  /** An agent connects that has pinned the roster and agreed to a job. */
  private void connect(String name) throws Refusal {
    Cohort all = office.plan.cohort(Office.AGENTS, Office.AGENTS.size(), 0);
    TestSite site = new TestSite(name, Office.AGENTS.indexOf(name) + 1);
    site.apply(member -> member.pin(all));
    site.apply(
        member ->
            member.admitJob(
                new JobTerms(
                    "any", Digest.sha256(new byte[1]), 9, Office.AGENTS, 0, 9, 8, 0, 10, 1, 100)));
    sites.put(name, site);
    FakeStream stream = new FakeStream();
    streams.put(name, stream);
    office.sessions.open(
        new Sessions.Session(name, stream, Office.START, Office.START.plusSeconds(9_999)));
    epochs.tell(name);
  }

  /** Carries what the coordinator says to the agents, and back, until nothing moves. */
  private void settle() throws Refusal {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (TestSite site : sites.values()) {
        List<SessionDown> sent = streams.get(site.name).sent;
        List<SessionDown> now = List.copyOf(sent);
        sent.clear();
        for (SessionDown down : now) {
          moved = true;
          byte[] sealed = down.getSealed().toByteArray();
          for (byte[] answer : site.apply(member -> member.handle(sealed))) {
            epochs.whole().received(site.name, answer);
          }
        }
      }
    }
  }

  private Round round(String job) {
    return engine.open().get(StreamId.of(job, 0));
  }

  @Test
  void aJobWaitsForAnEpochAndSaysForWhom() throws Exception {
    job("first", Office.AGENTS);
    scheduler.advance("first");
    assertThat(engine.open()).isEmpty();
    assertThat(scheduler.waiting("first"))
        .startsWith("epoch 1, step ")
        .contains("waiting for boston, budapest, cleveland, zurich");
    assertThat(changed).as("its watchers are told").contains("first");
  }

  @Test
  void itsRoundIsOpenedOnceTheEpochIsCertified() throws Exception {
    job("first", Office.AGENTS);
    scheduler.advance("first");
    for (String agent : Office.AGENTS) {
      connect(agent);
    }
    settle();
    assertThat(epochs.whole().certified()).isPresent();
    scheduler.advance("first");
    assertThat(scheduler.waiting("first")).isEmpty();
    Task task = round("first").task();
    assertThat(task.kind()).isEqualTo(Task.Kind.TRAIN);
    assertThat(task.attempt()).isZero();
    assertThat(round("first").participants()).isEqualTo(Office.AGENTS);
    long version = round("first").version();
    scheduler.advance("first");
    scheduler.advanceAll();
    assertThat(round("first").version()).as("again changes nothing").isEqualTo(version);
  }

  @Test
  void aSecondJobOfTheSameMembersTakesAnotherToken() throws Exception {
    itsRoundIsOpenedOnceTheEpochIsCertified();
    job("second", Office.AGENTS);
    scheduler.advance("second");
    assertThat(round("second").task().epoch()).isEqualTo(round("first").task().epoch());
    assertThat(round("second").task().token()).isNotEqualTo(round("first").task().token());
  }

  @Test
  void aJobOfFewerMembersWaitsForTheRoundThatNeedsTheEpoch() throws Exception {
    itsRoundIsOpenedOnceTheEpochIsCertified();
    job("second", THREE);
    scheduler.advance("second");
    assertThat(round("second")).isNull();
    assertThat(scheduler.waiting("second"))
        .isEqualTo("a new epoch waits for round 1 of job 'first'");
    scheduler.abort(office.job("first"), "not needed any more");
    engine.forget(StreamId.of("first", 0));
    scheduler.advance("second");
    assertThat(scheduler.waiting("second")).startsWith("epoch 2, step ");
  }

  @Test
  void tooFewMembersEndTheJobWithTheNumbers() throws Exception {
    job("first", Office.AGENTS.subList(0, 2));
    scheduler.advance("first");
    assertThat(office.job("first").record().getState()).isEqualTo(JobState.FAILED);
    assertThat(office.job("first").record().getReason()).contains("2").contains("3");
    assertThat(engine.open()).isEmpty();
  }

  @Test
  void aJobWithAllItsRoundsIsCompleted() throws Exception {
    job("first", Office.AGENTS);
    long rounds = office.job("first").rounds();
    Digest any = Digest.sha256(new byte[] {5});
    for (long index = 0; index < rounds; index++) {
      office.jobs.committed(office.job("first"), index, any, any);
    }
    scheduler.advance("first");
    assertThat(office.job("first").record().getState()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void anAbortEndsWhatIsUnderWay() throws Exception {
    itsRoundIsOpenedOnceTheEpochIsCertified();
    scheduler.abort(office.job("first"), "the operator has changed his mind");
    assertThat(office.job("first").record().getState()).isEqualTo(JobState.ABORTED);
    assertThat(round("first").closed()).isTrue();
    assertThat(round("first").reason()).isEqualTo("the operator has changed his mind");
  }
}
