package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.cohorts.DrawCheck;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.message.DrawCommitment;
import org.concordat.secureagg.cohorts.message.DrawReveal;
import org.concordat.secureagg.cohorts.message.ListSignature;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Message;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A draw in the live coordinator: real members, restarts at each step, members that are away. */
class DrawKeeperTest implements DrawKeeper.Listener {
  private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String COORDINATOR = "zz-coordinator";
  private static final org.concordat.secureagg.Alliance ALLIANCE =
      new org.concordat.secureagg.Alliance(
          "alliance",
          Digest.sha256(new byte[] {1}),
          Digest.sha256(new byte[] {2}),
          List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6"),
          COORDINATOR,
          0);

  @TempDir private Path directory;
  private final SettableClock clock = new SettableClock(START);
  private final HashNotary notary = new HashNotary(COORDINATOR);
  private final Map<String, EpochSite> sites = new TreeMap<>();
  private final Map<String, EpochSite> away = new TreeMap<>();
  private final Sessions sessions = new Sessions(1 << 20, clock);
  private final List<Drawn> outcomes = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private Database database;
  private DrawKeeper keeper;

  @BeforeEach
  void connectEverybody() throws Refusal {
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    keeper = restarted();
    for (String name : ALLIANCE.members()) {
      EpochSite site = new EpochSite(name);
      site.apply(member -> member.pin(ALLIANCE));
      sites.put(name, site);
      sessions.open(new Sessions.Session(name, site, START, START.plusSeconds(3600)));
    }
  }

  @AfterEach
  void closeTheStore() {
    database.close();
  }

  @Override
  public void drawn(Drawn drawn, DrawServer draw) {
    outcomes.add(drawn);
  }

  @Override
  public void refused(String member, Refusal refusal) {
    refusals.add(refusal);
  }

  private DrawKeeper restarted() {
    return new DrawKeeper(new SqlEntries(database), sessions, notary, clock, WAIT, this);
  }

  /** Until nobody has anything to say; one member's answers of some kinds are lost. */
  private void exchange(String silent, List<Class<? extends Message>> lostKinds) throws Refusal {
    boolean said = true;
    while (said) {
      said = false;
      for (EpochSite site : sites.values()) {
        byte[] message = site.inbox.poll();
        if (message == null) {
          continue;
        }
        said = true;
        for (byte[] answer : site.apply(member -> member.handle(message))) {
          Class<?> kind = Inbox.open(notary, answer).message().getClass();
          if (!site.name.equals(silent) || !lostKinds.contains(kind)) {
            keeper.received(site.name, answer);
          }
        }
      }
    }
  }

  private Optional<Drawn> drawn() {
    return keeper.drawn(ALLIANCE.rosterDigest());
  }

  @Test
  void everybodyIsDrawnOnceAndARestartFindsTheSame() throws Refusal {
    assertThat(drawn()).isEmpty();
    keeper.begin(ALLIANCE, 4);
    exchange("", List.of());
    assertThat(refusals).isEmpty();
    assertThat(drawn()).isPresent();
    Drawn first = drawn().orElseThrow();
    assertThat(first.assignment().cohorts()).extracting(List::size).containsExactly(4, 3);
    keeper.begin(ALLIANCE, 4);
    keeper = restarted();
    assertThat(drawn()).contains(first);
    assertThat(outcomes).containsExactly(first, first);
    byte[] stored =
        DrawKeeper.certificate(new SqlEntries(database), ALLIANCE.rosterDigest()).orElseThrow();
    assertThat(new DrawCheck(notary, ALLIANCE, "store").drawn(DrawCertificate.decode(stored)))
        .isEqualTo(first);
    for (EpochSite site : sites.values()) {
      assertThat(site.member().drawn()).contains(first);
    }
  }

  @Test
  void aRestartAtEachStepLosesNothing() throws Refusal {
    keeper.begin(ALLIANCE, 4);
    List<Class<? extends Message>> steps =
        List.of(DrawCommitment.class, ListSignature.class, DrawReveal.class);
    for (int step = 0; step < steps.size(); step++) {
      exchange("m6", steps.subList(step, steps.size())); // its answers are lost
      keeper = restarted();
      assertThat(drawn()).isEmpty();
      keeper.tell("m6"); // as when it connects again
    }
    exchange("", List.of());
    assertThat(drawn()).isPresent();
    assertThat(drawn().orElseThrow().number()).isZero();
    assertThat(drawn().orElseThrow().members()).hasSize(7);
    assertThat(refusals).isEmpty();
  }

  @Test
  void whoWithholdsItsValueIsWaitedForAndThenLeftOut() throws Refusal {
    assertThat(keeper.begun(ALLIANCE.rosterDigest())).isZero();
    keeper.begin(ALLIANCE, 4);
    assertThat(keeper.begun(ALLIANCE.rosterDigest())).isEqualTo(1);
    assertThat(keeper.begun(Digest.NONE)).as("of another roster").isZero();
    exchange("m2", List.of(DrawReveal.class));
    assertThat(keeper.waiting()).contains("REVEALING").contains("m2");
    keeper.tick();
    assertThat(drawn()).isEmpty();
    clock.advance(WAIT);
    keeper.tick(); // is told again
    assertThat(sites.get("m2").inbox).hasSize(1);
    exchange("m2", List.of(DrawReveal.class));
    clock.advance(WAIT.dividedBy(2));
    keeper.tick();
    keeper = restarted();
    assertThat(drawn()).isEmpty();
    assertThat(keeper.begun(ALLIANCE.rosterDigest())).as("the second number").isEqualTo(2);
    sites.keySet().forEach(keeper::tell);
    exchange("m2", List.of(DrawReveal.class));
    assertThat(drawn().orElseThrow().number()).isEqualTo(1);
    assertThat(drawn().orElseThrow().members()).hasSize(6).doesNotContain("m2");
    assertThat(keeper.begun(ALLIANCE.rosterDigest())).as("it is over").isEqualTo(Limits.DRAWS);
    assertThat(keeper.failed(ALLIANCE.rosterDigest())).isFalse();
  }

  private void leave(String... names) {
    for (String name : names) {
      sessions.ended(sessions.find(name).orElseThrow());
      away.put(name, sites.remove(name));
    }
  }

  private void comeBack(String... names) throws Refusal {
    for (String name : names) {
      EpochSite site = away.remove(name);
      site.inbox.clear();
      sites.put(name, site);
      sessions.open(new Sessions.Session(name, site, START, START.plusSeconds(3600)));
      keeper.tell(name);
    }
    exchange("", List.of());
  }

  /** The tick at which a step is closed that nobody answers. */
  private void waitOut() {
    for (int half = 0; half < 3; half++) {
      clock.advance(WAIT.dividedBy(2));
      keeper.tick();
    }
  }

  /** T_all = 4 of 7: the list needs every one of its members. */
  @Test
  void aListOfExactlyAQuorumDoesNotWaitForItsMembersForGood() throws Refusal {
    leave("m4", "m5", "m6");
    keeper.begin(ALLIANCE, 4);
    exchange("m3", List.of(ListSignature.class, DrawReveal.class));
    waitOut();
    exchange("m3", List.of(ListSignature.class, DrawReveal.class));
    assertThat(keeper.waiting()).contains("SIGNING").contains("m3");
    leave("m3");
    // with three of four there is no other list: no number is wasted, and jobs are told
    waitOut();
    assertThat(keeper.stuck(ALLIANCE.rosterDigest())).isEmpty();
    waitOut();
    waitOut();
    assertThat(keeper.waiting()).contains("SIGNING").contains("m3");
    assertThat(keeper.stuck(ALLIANCE.rosterDigest()).orElseThrow())
        .contains("SIGNING: waiting for m3")
        .contains("4 of m0, m1, m2, m4, m5, m6, and 3 of them are connected");
    // others make up for it; it is in no list and sits the roster out
    comeBack("m4", "m5");
    waitOut();
    assertThat(keeper.waiting()).contains("COMMITTING");
    keeper = restarted();
    keeper.resume(ALLIANCE.rosterDigest());
    exchange("", List.of());
    waitOut();
    exchange("", List.of());
    assertThat(keeper.stuck(ALLIANCE.rosterDigest())).isEmpty();
    assertThat(drawn().orElseThrow().number()).isEqualTo(1);
    assertThat(drawn().orElseThrow().members()).containsExactly("m0", "m1", "m2", "m4", "m5");
    comeBack("m3", "m6");
    assertThat(refusals).isEmpty();
    assertThat(sites.get("m3").member().drawn()).isEqualTo(drawn());
  }

  @Test
  void aMissingValueOfAListOfExactlyAQuorumCostsANumber() throws Refusal {
    leave("m4", "m5", "m6");
    keeper.begin(ALLIANCE, 4);
    exchange("m3", List.of(DrawReveal.class));
    waitOut();
    exchange("m3", List.of(DrawReveal.class));
    assertThat(keeper.waiting()).contains("REVEALING").contains("m3");
    waitOut();
    assertThat(keeper.waiting()).contains("REVEALING").contains("m3");
    leave("m3");
    comeBack("m4");
    waitOut();
    exchange("", List.of());
    waitOut();
    exchange("", List.of());
    assertThat(drawn().orElseThrow().number()).isEqualTo(1);
    assertThat(drawn().orElseThrow().members()).containsExactly("m0", "m1", "m2", "m4");
    assertThat(refusals).isEmpty();
  }

  /** Nobody asks for the draw: what the keeper takes up itself is told. */
  @Test
  void afterARestartTheDrawIsTakenUpAndTold() throws Refusal {
    keeper.begin(ALLIANCE, 4);
    sites.get("m5").inbox.clear();
    exchange("", List.of());
    keeper = restarted();
    keeper.resume(ALLIANCE.rosterDigest());
    exchange("", List.of());
    assertThat(drawn()).isPresent();
    EpochSite missed = sites.get("m5");
    keeper = restarted();
    keeper.resume(ALLIANCE.rosterDigest());
    assertThat(missed.inbox).hasSize(1);
    exchange("", List.of());
    assertThat(missed.member().drawn()).isEqualTo(drawn());
    assertThat(refusals).isEmpty();
  }

  @Test
  void theCommitmentsStayOpenLongerForWhoIsConnected() throws Refusal {
    keeper.begin(ALLIANCE, 4);
    exchange("m3", List.of(DrawCommitment.class));
    for (int half = 0; half < 7; half++) {
      clock.advance(WAIT.dividedBy(2));
      keeper.tick();
      assertThat(keeper.waiting()).contains("COMMITTING").contains("m3");
      exchange("m3", List.of(DrawCommitment.class));
    }
    clock.advance(WAIT.dividedBy(2));
    keeper.tick();
    assertThat(keeper.waiting()).contains("SIGNING");
    exchange("", List.of());
    assertThat(drawn().orElseThrow().members()).hasSize(6).doesNotContain("m3");
  }

  /** More than one sum can take: nobody pins anything before the draw. */
  @Test
  void moreMembersThanOneSumTakesAreDrawnIntoTwoCohorts() throws Refusal {
    List<String> names =
        java.util.stream.IntStream.range(0, 260).mapToObj("agent-%03d"::formatted).toList();
    org.concordat.secureagg.Alliance many =
        new org.concordat.secureagg.Alliance(
            "alliance",
            Digest.sha256(new byte[] {3}),
            ALLIANCE.policyDigest(),
            names,
            COORDINATOR,
            13);
    sites.clear();
    for (String name : names) {
      EpochSite site = new EpochSite(name);
      site.apply(member -> member.pin(many));
      assertThat(site.member().pinned()).isEmpty();
      sites.put(name, site);
      sessions.open(new Sessions.Session(name, site, START, START.plusSeconds(3600)));
    }
    keeper.begin(many, 250);
    exchange("", List.of());
    assertThat(refusals).isEmpty();
    Drawn drawn = keeper.drawn(many.rosterDigest()).orElseThrow();
    List<org.concordat.secureagg.Cohort> cohorts = drawn.cohorts(many);
    assertThat(cohorts).extracting(org.concordat.secureagg.Cohort::size).containsExactly(130, 130);
    assertThat(cohorts.get(0).colluders()).isBetween(7, 13);
    for (EpochSite site : sites.values()) {
      assertThat(site.member().pinned())
          .contains(cohorts.get(drawn.assignment().cohortOf(site.name)));
    }
  }

  @Test
  void impossibleCohortsAreRefused() {
    org.concordat.secureagg.Alliance colluding =
        new org.concordat.secureagg.Alliance(
            "alliance",
            ALLIANCE.rosterDigest(),
            ALLIANCE.policyDigest(),
            ALLIANCE.members(),
            COORDINATOR,
            2);
    assertThatThrownBy(() -> keeper.begin(colluding, 4))
        .isInstanceOf(InfeasibleCohortException.class);
    assertThat(drawn()).isEmpty();
  }
}
