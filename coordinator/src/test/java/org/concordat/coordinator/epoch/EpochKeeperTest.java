package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A complaint in the live coordinator: the accused is asked, and has the whole wait to answer. */
class EpochKeeperTest implements EpochKeeper.Listener {
  private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String COORDINATOR = "zz-coordinator";
  private static final Cohort COHORT =
      Cohort.of(
          "alliance",
          Digest.sha256(new byte[] {1}),
          Digest.sha256(new byte[] {2}),
          List.of("m0", "m1", "m2", "m3"),
          COORDINATOR,
          0);

  /** Complains about m2, of a higher index, so that m2's keys are needed. */
  private static final String COMPLAINER = "m1";

  private static final String ACCUSED = "m2";

  @TempDir private Path directory;
  private final SettableClock clock = new SettableClock(START);
  private final HashNotary notary = new HashNotary(COORDINATOR);
  private final Map<String, EpochSite> sites = new TreeMap<>();
  private final Sessions sessions = new Sessions(1 << 20, clock);
  private final Map<String, byte[]> held = new TreeMap<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<EpochServer> certified = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<Lie> lies = new ArrayList<>();
  private Predicate<Message> keptBack = message -> false;
  private boolean complains;
  private Database database;
  private EpochKeeper keeper;

  @BeforeEach
  void connectEverybody() throws Refusal {
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    keeper = new EpochKeeper(new SqlEntries(database), sessions, notary, clock, WAIT, this);
    for (String name : COHORT.members()) {
      EpochSite site = new EpochSite(name);
      site.apply(member -> member.pin(COHORT));
      site.apply(member -> member.admitJob(Alliance.terms("job")));
      sites.put(name, site);
      sessions.open(new Sessions.Session(name, site, START, START.plusSeconds(3600)));
    }
  }

  @AfterEach
  void closeStore() {
    database.close();
  }

  @Override
  public void certified(EpochServer epoch) {
    certified.add(epoch);
  }

  @Override
  public void failed(EpochServer epoch) {
    verdicts.addAll(epoch.verdicts());
  }

  @Override
  public void proven(Lie lie) {
    lies.add(lie);
  }

  @Override
  public void refused(String member, Refusal refusal) {
    refusals.add(refusal);
  }

  private Message open(byte[] sealed) throws Refusal {
    return Inbox.open(notary, sealed).message();
  }

  /** Carries messages both ways until nothing moves; nobody's clock goes on. */
  private void settle() throws Refusal {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (EpochSite site : sites.values()) {
        while (!site.inbox.isEmpty()) {
          deliver(site, site.inbox.remove());
          moved = true;
        }
      }
    }
  }

  private void deliver(EpochSite site, byte[] sealed) throws Refusal {
    if (complains && site.name.equals(COMPLAINER) && open(sealed) instanceof DepositView) {
      // Its own machine believes that it agreed on another key: a false complaint.
      site.disk.put("forming/pair-key/" + COHORT.indexOf(ACCUSED), new byte[32]);
      site.restart();
    }
    for (byte[] answer : site.apply(member -> member.handle(sealed))) {
      if (keptBack.test(open(answer))) {
        held.put(site.name, answer);
      } else {
        keeper.received(site.name, answer);
      }
    }
  }

  private void setUp() throws Refusal {
    assertThat(keeper.token(COHORT)).isEmpty();
    settle();
  }

  private void assertFalseComplaint() {
    assertThat(refusals).isEmpty();
    assertThat(verdicts)
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(COMPLAINER);
              assertThat(verdict.reason()).isEqualTo(Reason.FALSE_COMPLAINT);
            });
    assertThat(keeper.eligible(COHORT).members()).containsExactly("m0", "m2", "m3");
  }

  @Test
  void withoutAComplaintTheEpochIsCertified() throws Refusal {
    setUp();
    assertThat(certified).hasSize(1);
    assertThat(keeper.token(COHORT)).contains(0);
  }

  @Test
  void theAccusedIsAskedAtOnceAndClearsItself() throws Refusal {
    complains = true;
    setUp();
    assertFalseComplaint();
  }

  @Test
  void theNextNumberIsOpenedWithoutTheLiar() throws Refusal {
    complains = true;
    setUp();
    complains = false;
    assertThat(keeper.token(keeper.eligible(COHORT))).isEmpty();
    settle();
    assertThat(certified)
        .singleElement()
        .satisfies(epoch -> assertThat(epoch.number()).isEqualTo(2));
    assertThat(certified.get(0).participantNames()).containsExactly("m0", "m2", "m3");
  }

  private static Cohort with(String... members) {
    return Cohort.of(
        COHORT.alliance(),
        COHORT.rosterDigest(),
        COHORT.policyDigest(),
        List.of(members),
        COORDINATOR,
        0);
  }

  /** Its members retire the epoch in force when the next one is certified, whoever asked for it. */
  @Test
  void whileANumberIsUnderWayNothingElseIsHandedOutOrOpened() throws Refusal {
    setUp();
    assertThat(keeper.token(COHORT)).contains(0);
    Cohort other = with("m0", "m1", "m2");
    assertThat(keeper.token(other)).isEmpty();
    for (int tick = 0; tick < 20; tick++) {
      assertThat(keeper.serves(COHORT)).isFalse();
      assertThat(keeper.token(COHORT)).isEmpty();
      assertThat(keeper.token(other)).isEmpty();
      keeper.tick();
      clock.advance(Duration.ofMillis(400));
    }
    settle();
    assertThat(certified).extracting(EpochServer::number).containsExactly(1L, 2L);
    assertThat(keeper.token(other)).contains(0);
  }

  @Test
  void aNumberThatNobodyAsksForAnyMoreGivesWay() throws Refusal {
    assertThat(keeper.token(with("m0", "m1", "m2"))).isEmpty();
    clock.advance(WAIT.minusMillis(1));
    keeper.tick();
    assertThat(keeper.token(COHORT)).isEmpty();
    assertThat(keeper.waiting()).startsWith("epoch 1,");
    clock.advance(Duration.ofMillis(1));
    assertThat(keeper.token(COHORT)).isEmpty();
    assertThat(keeper.waiting()).startsWith("epoch 2,");
    settle();
    assertThat(keeper.token(COHORT)).contains(0);
  }

  @Test
  void aNumberThatIsAskedForButNotAnsweredGivesWayToMembersWhoAreHere() throws Refusal {
    Cohort absent = with("m0", "m1", "n8", "n9");
    assertThat(keeper.token(absent)).isEmpty();
    for (int tick = 0; tick < 10; tick++) {
      assertThat(keeper.token(COHORT)).isEmpty();
      assertThat(keeper.waiting()).startsWith("epoch 1,");
      clock.advance(WAIT.dividedBy(10));
      assertThat(keeper.token(absent)).isEmpty();
      keeper.tick();
    }
    sites.values().forEach(site -> site.inbox.clear()); // they know of no such members
    assertThat(keeper.token(COHORT)).isEmpty();
    settle();
    assertThat(keeper.token(COHORT)).contains(0);
  }

  @Test
  void aNumberUnderAnotherRosterGivesWayAtOnce() {
    assertThat(keeper.token(with("m0", "m1", "m2"))).isEmpty();
    Cohort next =
        Cohort.of(
            COHORT.alliance(),
            Digest.sha256(new byte[] {9}),
            COHORT.policyDigest(),
            COHORT.members(),
            COORDINATOR,
            0);
    assertThat(keeper.token(next)).isEmpty();
    assertThat(keeper.waiting()).startsWith("epoch 2,");
  }

  /** m3 is away, and m2 has lost the store that it gave its keys from. */
  @Test
  void aNumberThatTooManyStoresOfAreLostGivesWay() throws Refusal {
    EpochSite away = Objects.requireNonNull(sites.remove("m3"));
    keptBack = message -> !(message instanceof EpochKeys);
    setUp();
    clock.advance(WAIT);
    keeper.tick();
    settle();
    assertThat(keeper.token(COHORT)).isEmpty();
    assertThat(keeper.waiting()).startsWith("epoch 1, step ENCAPSULATIONS");

    Incarnation another = HashNotary.store("another store of m2");
    sessions.find("m2").orElseThrow().store(another);
    assertThat(keeper.token(COHORT)).isEmpty();
    assertThat(keeper.waiting()).as("it may not take part yet").startsWith("epoch 1,");
    sessions.answered("m2", another);
    clock.advance(Duration.ofSeconds(4));
    assertThat(keeper.token(COHORT)).isEmpty();
    assertThat(keeper.waiting()).startsWith("epoch 2,");
    assertThat(away.inbox).as("it is told of both numbers").hasSize(2);
  }

  /** The complainer opens when its time is almost up: that is not the accused's time. */
  @Test
  void aLateOpeningGivesTheAccusedTheWholeWait() throws Refusal {
    complains = true;
    keptBack = KeyOpening.class::isInstance;
    setUp();
    clock.advance(WAIT.minusMillis(100));
    keeper.tick();
    keeper.received(COMPLAINER, held.get(COMPLAINER));
    assertThat(open(sites.get(ACCUSED).inbox.peek())).isInstanceOf(OpeningRequest.class);
    assertThat(sites.get(ACCUSED).inbox).as("and nothing else is sent again").hasSize(1);
    settle();
    clock.advance(WAIT.minusMillis(100));
    keeper.tick();
    assertThat(verdicts).isEmpty();
    keeper.received(ACCUSED, held.get(ACCUSED));
    assertFalseComplaint();
  }

  @Test
  void whoIsAskedAndDoesNotAnswerIsUnresponsive() throws Refusal {
    complains = true;
    keptBack = KeyOpening.class::isInstance;
    setUp();
    keeper.received(COMPLAINER, held.get(COMPLAINER));
    settle();
    clock.advance(WAIT);
    keeper.tick();
    assertThat(verdicts)
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(ACCUSED);
              assertThat(verdict.reason()).isEqualTo(Reason.UNRESPONSIVE);
            });
  }
}
