package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswer.JobRound;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.store.SqlEntries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked what a lost store may have done, which answers count, and when they are sent. */
class StoreRelayTest {
  private static final String LOST = "m3";
  private static final List<String> OTHERS = List.of("m0", "m1", "m2");

  @TempDir Path directory;
  private final List<StoreAnswer> judged = new ArrayList<>();
  private Predicate<StoreAnswer> possible = answer -> true;
  private List<String> roster = Alliance.NAMES;
  private Alliance alliance;
  private StoreRelay relay;
  private EpochSite lost;
  private byte[] query;

  @BeforeEach
  void aMemberAsks() throws Refusal {
    alliance = new Alliance(directory);
    alliance.token();
    relay =
        new StoreRelay(
            alliance.sessions,
            new SqlEntries(alliance.database()),
            alliance.notary,
            alliance.clock,
            () -> roster,
            answer -> {
              judged.add(answer);
              return possible.test(answer);
            });
    query = lose();
  }

  @AfterEach
  void close() {
    alliance.close();
  }

  /** The member comes back with an empty store; what it asks. */
  private byte[] lose() throws Refusal {
    lost = alliance.site(LOST);
    lost.disk.clear();
    lost.restart();
    lost.apply(member -> member.begin(Optional.empty()));
    lost.apply(member -> member.pin(Alliance.COHORT));
    session(LOST).store(store());
    return lost.apply(member -> member.query()).get(0);
  }

  private Incarnation store() {
    return lost.member().incarnation();
  }

  private Sessions.Session session(String name) {
    return alliance.sessions.find(name).orElseThrow();
  }

  private Notary.Opened open(byte[] sealed) {
    try {
      return alliance.notary.open(sealed);
    } catch (BadEnvelopeException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void relayed(byte[] sealed) {
    relay.received(open(sealed), sealed);
  }

  /** What an honest member answers to what it was sent last. */
  private byte[] answerOf(String name) throws Refusal {
    byte[] asked = alliance.site(name).inbox.removeLast();
    return alliance.site(name).apply(member -> member.handle(asked)).get(0);
  }

  private void answers(String... names) throws Refusal {
    for (String name : names) {
      relayed(answerOf(name));
    }
  }

  private StoreQuery asked() {
    return StoreQuery.decode(open(query).payload());
  }

  private StoreAnswer forged(long epoch, JobRound... rounds) {
    return new StoreAnswer(
        LOST, store(), asked().rosterDigest(), asked().nonce(), epoch, 0, List.of(rounds));
  }

  /** Who answered, of what the member was sent last. */
  private List<String> sent() {
    return StoreAnswers.decode(open(lost.inbox.getLast()).payload()).answers().stream()
        .map(answer -> open(answer.toArray()).sender())
        .toList();
  }

  private void disconnect(String name) {
    alliance.sessions.ended(session(name));
  }

  private void connect(String name) {
    alliance.sessions.open(
        new Sessions.Session(
            name,
            alliance.site(name),
            alliance.clock.instant(),
            alliance.clock.instant().plusSeconds(3600)));
    relay.connected(name);
  }

  // --- who is asked

  @Test
  void everyOtherAgentThatIsHereIsAskedWithTheMembersOwnWords() {
    disconnect("m1");
    relayed(query);
    assertThat(alliance.site("m0").inbox).containsExactly(query);
    assertThat(alliance.site("m2").inbox).containsExactly(query);
    assertThat(alliance.site("m1").inbox).isEmpty();
    assertThat(lost.inbox).isEmpty();
  }

  @Test
  void anAgentThatTheRosterNoLongerListsIsNotAsked() {
    roster = List.of("m0", "m1", LOST);
    relayed(query);
    assertThat(alliance.site("m2").inbox).isEmpty();
    assertThat(alliance.site("m1").inbox).hasSize(1);
  }

  @Test
  void whoConnectsLaterIsAskedOnceUntilItHasAnswered() throws Refusal {
    disconnect("m1");
    relayed(query);
    connect("m1");
    assertThat(alliance.site("m1").inbox).containsExactly(query);
    answers("m1");
    disconnect("m1");
    connect("m1");
    assertThat(alliance.site("m1").inbox).as("it has answered").isEmpty();
    disconnect(LOST);
    connect(LOST);
    assertThat(lost.inbox).as("nobody is asked about itself").isEmpty();
  }

  // --- which answers count

  @Test
  void answersOfAllThatAreHereAreSentAtOnce() throws Refusal {
    relayed(query);
    answers("m0", "m1");
    assertThat(lost.inbox).as("two are no quorum of four").isEmpty();
    answers("m2");
    assertThat(sent()).isEqualTo(OTHERS);
    assertThat(lost.inbox).hasSize(1);
    relay.tick();
    assertThat(lost.inbox).as("there is nothing new").hasSize(1);
  }

  @Test
  void anAnswerOfWhatNeverWasDoesNotCountAndIsJudgedByWhatItSays() throws Refusal {
    possible = answer -> answer.epoch() <= 1 && answer.rounds().stream().noneMatch(this::tooHigh);
    relayed(query);
    relayed(alliance.site("m0").seal(forged(2)));
    relayed(alliance.site("m1").seal(forged(1, new JobRound("job-of-the-set-up", 1_000_000))));
    assertThat(judged)
        .containsExactly(forged(2), forged(1, new JobRound("job-of-the-set-up", 1_000_000)));
    answers("m2");
    relay.tick();
    assertThat(lost.inbox).as("one answer counts").isEmpty();
    answers("m0", "m1");
    assertThat(sent()).as("a liar may still tell the truth").isEqualTo(OTHERS);
  }

  private boolean tooHigh(JobRound last) {
    return last.round() > 0;
  }

  @Test
  void theFirstAnswerOfAMemberCounts() throws Refusal {
    relayed(query);
    byte[] first = answerOf("m0");
    relayed(first);
    relayed(alliance.site("m0").seal(forged(1)));
    relayed(alliance.site("m0").seal(forged(1)));
    relay.tick();
    assertThat(lost.inbox).as("three answers of one member are one").isEmpty();
    answers("m1", "m2");
    assertThat(StoreAnswers.decode(open(lost.inbox.getLast()).payload()).answers())
        .contains(Bytes.of(first));
  }

  @Test
  void nobodyAnswersItself() throws Refusal {
    relayed(query);
    relayed(lost.seal(forged(1)));
    answers("m0", "m1");
    relay.tick();
    assertThat(lost.inbox).isEmpty();
    assertThat(judged).extracting(StoreAnswer::asker).hasSize(2);
  }

  @Test
  void anAnswerToAnotherStoreRosterOrNonceIsDropped() throws Refusal {
    relayed(query);
    StoreAnswer good = forged(1);
    Bytes otherNonce = Bytes.of(new byte[StoreQuery.NONCE_BYTES]);
    List<StoreAnswer> wrong =
        List.of(
            new StoreAnswer(
                LOST, HashNotary.store("m0"), good.rosterDigest(), good.nonce(), 1, 0, List.of()),
            new StoreAnswer(LOST, store(), Alliance.MODEL, good.nonce(), 1, 0, List.of()),
            new StoreAnswer(LOST, store(), good.rosterDigest(), otherNonce, 1, 0, List.of()),
            new StoreAnswer("m1", store(), good.rosterDigest(), good.nonce(), 1, 0, List.of()));
    for (StoreAnswer answer : wrong) {
      OTHERS.forEach(name -> relayed(alliance.site(name).seal(answer)));
    }
    relay.tick();
    assertThat(judged).as("it is not looked at any further").isEmpty();
    assertThat(lost.inbox).isEmpty();
  }

  @Test
  void whatIsNeitherAQueryNorAnAnswerIsMalformed() {
    byte[] result = alliance.site("m0").seal(new StoreAnswers(List.of()));
    assertThatThrownBy(() -> relayed(result)).isInstanceOf(MalformedMessageException.class);
  }

  // --- when they are sent

  @Test
  void aQuorumIsSentWithTheNextTickWhileOthersAreSlow() throws Refusal {
    roster = List.of("m0", "m1", "m2", LOST, "m4");
    alliance.sessions.open(
        new Sessions.Session(
            "m4",
            new FakeStream(),
            alliance.clock.instant(),
            alliance.clock.instant().plusSeconds(3600)));
    relayed(query);
    answers("m0", "m1");
    relay.tick();
    assertThat(lost.inbox).isEmpty();
    answers("m2"); // of five, three are a quorum
    assertThat(lost.inbox).as("m4 is here, and may answer any moment").isEmpty();
    relay.tick();
    assertThat(sent()).isEqualTo(OTHERS);
  }

  @Test
  void eachFurtherAnswerIsSentToo() throws Refusal {
    disconnect("m0");
    roster = List.of("m0", "m1", "m2", LOST);
    relayed(query);
    answers("m1", "m2");
    relay.tick();
    assertThat(lost.inbox).as("a quorum of four is three").isEmpty();
    roster = List.of("m1", "m2", LOST);
    relay.tick();
    assertThat(sent()).as("a quorum of three is two").containsExactly("m1", "m2");
    roster = Alliance.NAMES;
    connect("m0");
    answers("m0");
    assertThat(sent()).isEqualTo(OTHERS);
    assertThat(lost.inbox).hasSize(2);
  }

  @Test
  void whoAsksAgainIsSentWhatIsThereOnceItsTimeHasComeAndNobodyIsAskedTwice() throws Refusal {
    relayed(query);
    answers("m0", "m1", "m2");
    assertThat(lost.inbox).hasSize(1);
    relayed(query);
    assertThat(lost.inbox).as("too early").hasSize(1);
    alliance.clock.advance(StoreRelay.PAUSE);
    relay.tick();
    assertThat(lost.inbox).hasSize(2);
    assertThat(sent()).isEqualTo(OTHERS);
    assertThat(alliance.site("m0").inbox).isEmpty();
  }

  @Test
  void aMemberThatIsAwayIsSentItsAnswersWhenItIsBack() throws Refusal {
    relayed(query);
    disconnect(LOST);
    answers("m0", "m1", "m2");
    relay.tick();
    assertThat(lost.inbox).isEmpty();
    connect(LOST);
    relay.tick();
    assertThat(sent()).isEqualTo(OTHERS);
  }

  @Test
  void anotherStoreBeginsAnew() throws Refusal {
    relayed(query);
    byte[] before = answerOf("m0");
    answers("m1");
    byte[] second = lose();
    alliance.clock.advance(StoreRelay.PAUSE);
    relayed(second);
    relayed(before);
    answers("m2");
    relay.tick();
    assertThat(lost.inbox).as("one answer to the second query").isEmpty();
    query = second;
    answers("m0", "m1");
    assertThat(sent()).isEqualTo(OTHERS);
  }

  // --- what the epochs are told

  @Test
  void theStoreIsAskingUntilAQuorumHasAnswered() throws Refusal {
    Incarnation before = HashNotary.store(LOST);
    alliance.clock.advance(Duration.ofSeconds(10));
    relayed(query);
    alliance.sessions.answered(LOST, store());
    assertThat(alliance.sessions.isRenewed(LOST, before)).as("it asks just now").isFalse();
    answers("m0", "m1");
    assertThat(alliance.sessions.isRenewed(LOST, before)).isFalse();
    answers("m2");
    assertThat(alliance.sessions.isRenewed(LOST, before)).isTrue();
  }

  @Test
  void aStoreThatSpeaksNeedsNoAnswers() throws Refusal {
    relayed(query);
    relay.spoke("m0", store());
    relay.spoke(LOST, HashNotary.store(LOST));
    answers("m0", "m1", "m2");
    assertThat(lost.inbox).as("another member, or another store, has spoken").hasSize(1);
    relay.spoke(LOST, store());
    disconnect("m0");
    connect("m0");
    relay.tick();
    assertThat(alliance.site("m0").inbox).isEmpty();
    assertThat(lost.inbox).hasSize(1);
  }
}
