package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.store.SqlEntries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four real members, one of which comes back with an empty store. */
class LostStoreTest {
  private static final String LOST = "m3";

  @TempDir Path directory;
  private Alliance alliance;
  private StoreRelay relay;

  @BeforeEach
  void certifiedEpoch() throws Refusal {
    alliance = new Alliance(directory);
    alliance.token();
    relay = relay();
  }

  private StoreRelay relay() {
    return new StoreRelay(
        alliance.sessions,
        new SqlEntries(alliance.database()),
        alliance.notary,
        alliance.clock,
        () -> Alliance.NAMES,
        answer -> answer.epoch() < 9);
  }

  @AfterEach
  void close() {
    alliance.close();
  }

  private EpochSite lose() throws Refusal {
    EpochSite site = alliance.site(LOST);
    site.disk.clear();
    site.restart();
    site.apply(member -> member.begin(Optional.empty()));
    site.apply(member -> member.pin(Alliance.COHORT));
    site.apply(member -> member.admitJob(Alliance.terms("job-of-the-set-up")));
    session().store(site.member().incarnation());
    return site;
  }

  private Sessions.Session session() {
    return alliance.sessions.find(LOST).orElseThrow();
  }

  private void relayed(byte[] sealed) {
    try {
      relay.received(alliance.notary.open(sealed), sealed);
    } catch (BadEnvelopeException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** The member answers whatever it was sent. */
  private void answer(String name) throws Refusal {
    EpochSite site = alliance.site(name);
    while (!site.inbox.isEmpty()) {
      byte[] sealed = site.inbox.remove();
      for (byte[] answer : site.apply(member -> member.handle(sealed))) {
        relayed(answer);
      }
    }
  }

  @Test
  void itTakesPartInTheNextNumberOnceTheOthersHaveAnswered() throws Refusal {
    EpochSite lost = lose();
    for (byte[] query : lost.apply(member -> member.query())) {
      relayed(query);
    }
    alliance.clock.advance(Duration.ofMinutes(1));
    assertThat(alliance.keeper.serves(Alliance.COHORT)).as("it may not take part yet").isTrue();
    answer("m0");
    answer("m1");
    relay.tick();
    assertThat(lost.inbox).as("two are no quorum of four").isEmpty();
    answer("m2");
    assertThat(lost.inbox).hasSize(1);
    answer(LOST);
    assertThat(lost.member().confirmed()).isTrue();

    assertThat(alliance.keeper.serves(Alliance.COHORT)).as("it pins the lost store").isFalse();
    alliance.token();
    assertThat(alliance.certified).hasSize(2);
    Pinned pinned = Pinned.of(alliance.keeper.certified().orElseThrow());
    assertThat(pinned.manifest().participants()).hasSize(4);
    assertThat(pinned.where(alliance.sessions::speaksFromAnother)).isEmpty();
    assertThat(alliance.keeper.serves(Alliance.COHORT)).isTrue();
  }

  @Test
  void anEpochThatPinsTheLostStoreSaysSoAtOnceAndGivesWayOnlyLater() throws Refusal {
    EpochSite lost = lose();
    Pinned pinned = Pinned.of(alliance.keeper.certified().orElseThrow());
    assertThat(pinned.where(alliance.sessions::speaksFromAnother)).containsExactly(LOST);
    assertThat(pinned.where(alliance.sessions::isRenewed)).as("it may be about to ask").isEmpty();
    alliance.clock.advance(Duration.ofSeconds(4));
    assertThat(pinned.where(alliance.sessions::isRenewed))
        .as("a store that nobody has answered, such as a liar's second one, costs no epoch")
        .isEmpty();
    alliance.sessions.answered(LOST, lost.member().incarnation());
    assertThat(pinned.where(alliance.sessions::isRenewed)).containsExactly(LOST);
    alliance.sessions.ended(session());
    assertThat(pinned.where(alliance.sessions::speaksFromAnother)).as("away").isEmpty();
  }

  @Test
  void whoComesLaterIsAskedToo() throws Refusal {
    alliance.sessions.ended(alliance.sessions.find("m1").orElseThrow());
    EpochSite lost = lose();
    List<byte[]> queries = lost.apply(member -> member.query());
    relayed(queries.get(0));
    answer("m0");
    answer("m2");
    assertThat(lost.inbox).isEmpty();
    EpochSite late = alliance.site("m1");
    alliance.sessions.open(
        new Sessions.Session(
            "m1", late, alliance.clock.instant(), alliance.clock.instant().plusSeconds(3600)));
    relay.connected("m1");
    relay.connected(LOST);
    answer("m1");
    assertThat(lost.inbox).hasSize(1);
    assertThat(StoreAnswers.decode(payload(lost.inbox.element())).answers()).hasSize(3);
    relay.spoke(LOST, lost.member().incarnation());
    relay.connected("m0");
    assertThat(alliance.site("m0").inbox).as("nothing is open any more").isEmpty();
  }

  @Test
  void aSecondQueryThatCrossesTheAnswersDoesNotKeepItWaiting() throws Refusal {
    EpochSite lost = lose();
    byte[] query = lost.apply(member -> member.query()).get(0);
    relayed(query);
    answer("m0");
    answer("m1");
    answer("m2");
    relayed(query); // of the session after, sent before the answers came
    relay.spoke(LOST, lost.member().incarnation());
    alliance.clock.advance(Duration.ofSeconds(4));
    relay.tick();
    Pinned pinned = Pinned.of(alliance.keeper.certified().orElseThrow());
    assertThat(pinned.where(alliance.sessions::isRenewed)).containsExactly(LOST);
  }

  @Test
  void whatTheLostStoreSignedAndIsSentAgainDoesNotBringItBack() throws Refusal {
    Incarnation before = alliance.site(LOST).member().incarnation();
    EpochSite lost = lose();
    relay.heard(opened(ManifestSignature.TYPE, before));
    assertThat(alliance.sessions.speaksFromAnother(LOST, before)).isTrue();
    session().store(before);
    relay.heard(opened(StoreQuery.TYPE, lost.member().incarnation()));
    assertThat(alliance.sessions.speaksFromAnother(LOST, before)).as("a query tells").isTrue();
  }

  private static Notary.Opened opened(String type, Incarnation store) {
    return new Notary.Opened(LOST, type, 1, 0, new Stamp(store, 7), new byte[0]);
  }

  private byte[] payload(byte[] sealed) {
    try {
      return alliance.notary.open(sealed).payload();
    } catch (BadEnvelopeException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void anAnswerToAnotherQueryIsDropped() throws Refusal {
    EpochSite lost = lose();
    relayed(lost.apply(member -> member.query()).get(0));
    byte[] first = alliance.site("m0").inbox.remove();
    byte[] answer = alliance.site("m0").apply(member -> member.handle(first)).get(0);
    EpochSite again = lose();
    alliance.clock.advance(StoreRelay.PAUSE);
    relayed(again.apply(member -> member.query()).get(0));
    relayed(answer);
    answer("m1");
    answer("m2");
    relay.tick();
    assertThat(lost.inbox).as("two answers to the second query").isEmpty();
  }

  @Test
  void aFloodOfQueriesReachesTheOthersOnceEachPause() throws Refusal {
    EpochSite lost = lose();
    relayed(lost.apply(member -> member.query()).get(0));
    for (int i = 0; i < 100; i++) {
      relayed(lost.apply(member -> member.query()).get(0));
    }
    assertThat(alliance.site("m0").inbox).hasSize(1);
    relay.tick();
    assertThat(alliance.site("m0").inbox).as("not yet").hasSize(1);
    alliance.clock.advance(StoreRelay.PAUSE);
    relay.tick();
    relay.tick();
    assertThat(alliance.site("m0").inbox).as("the last one, once").hasSize(2);
    answer("m0");
    relayed(lost.apply(member -> member.query()).get(0));
    alliance.clock.advance(StoreRelay.PAUSE);
    relay.tick();
    assertThat(alliance.site("m0").inbox).as("it has answered this query").isEmpty();
    assertThat(alliance.site("m1").inbox).hasSize(3);
  }

  @Test
  void aCoordinatorThatRestartsStillKnowsWhichStoresWereAnswered() throws Refusal {
    EpochSite lost = lose();
    relayed(lost.apply(member -> member.query()).get(0));
    answer("m0");
    answer("m1");
    answer("m2");
    answer(LOST);
    alliance.restart();
    session().store(lost.member().incarnation());
    alliance.clock.advance(Duration.ofMinutes(1));
    assertThat(alliance.keeper.serves(Alliance.COHORT)).as("before the relay is there").isTrue();
    relay = relay();
    assertThat(alliance.keeper.serves(Alliance.COHORT)).as("it pins the lost store").isFalse();
  }
}
