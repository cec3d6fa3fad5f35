package org.concordat.coordinator.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.concordat.coordinator.effect.RoundPost;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.epoch.SetUp;
import org.concordat.coordinator.epoch.StoreRelay;
import org.concordat.coordinator.job.Office;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.operations.FactCalls;
import org.concordat.coordinator.operations.Membership;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.NoEffects;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundMessage;
import org.concordat.coordinator.round.RoundWorld;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.schedule.Checkpoints;
import org.concordat.coordinator.session.Downloads;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.coordinator.witness.Witnesses;
import org.concordat.protocol.v1.Refused;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Database;
import org.concordat.store.SqlEventStore;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents send: to the one round that it is about, to those that take its type, to nobody. */
final class RoutingTest {
  private static final StreamId STREAM = StreamId.of(RoundWorld.JOB, 0);

  @TempDir Path directory;
  private final RoundWorld world = new RoundWorld();
  private final HashNotary notary = world.notary;
  private Office office;
  private Database database;
  private Mailbox mailbox;
  private RoundEngine engine;
  private AgentMessages messages;
  private FakeStream stream;
  private Session session;

  @BeforeEach
  void open() throws Exception {
    office = new Office(directory, Office.OPEN);
    office.submit(Office.spec(RoundWorld.JOB).build());
    database = Database.open(StoreLocation.sqlite(directory.resolve("rounds")));
    mailbox = new Mailbox(1);
    Sessions sessions = office.sessions;
    EpochLog log = new EpochLog(office.audit, office.clock, () -> {});
    Duration wait = Duration.ofSeconds(10);
    Epochs epochs = new Epochs(office.entries, sessions, notary, office.clock, wait, log);
    DrawKeeper draws = new DrawKeeper(office.entries, sessions, notary, office.clock, wait, log);
    StoreRelay stores =
        new StoreRelay(
            sessions, office.entries, notary, office.clock, () -> RoundWorld.NAMES, any -> true);
    SetUp setUp = new SetUp(stores, draws, epochs);
    engine = NoEffects.engine(database, world.epochs(), notary, office.clock);
    CatchUp catchUp =
        new CatchUp(
            office.directory,
            sessions,
            setUp,
            office.book,
            office.jobs,
            new Checkpoints(office.entries, sessions, notary),
            new RoundPost(engine, sessions, new Downloads()));
    RoundMessages rounds =
        new RoundMessages(engine, epochs, log, office.book, office.policy, catchUp, mailbox);
    AllianceMessages alliance =
        new AllianceMessages(
            new Membership(office.directory, sessions, office.audit, "hub", () -> {}),
            new FactCalls(office.stated, office.directory, sessions, office.audit, office.clock),
            new Witnesses(
                office.audit, office.directory, sessions, office.clock, Duration.ofSeconds(10)));
    messages =
        new AgentMessages(
            new Arrivals(sessions, rounds, catchUp, alliance, Duration.ofMinutes(1), member -> {}),
            new SealedRouting(
                notary,
                new LastStatements(office.entries, notary),
                log,
                setUp,
                office.consenting,
                rounds,
                job -> {}),
            office.consenting,
            rounds,
            alliance);
    stream = new FakeStream();
    session =
        new Session("m0", stream, office.clock.instant(), office.clock.instant().plusSeconds(60));
    sessions.open(session);
    engine.open(world.task(0, 0, List.of()));
    engine.handle(STREAM, new RoundMessage.TasksSent());
  }

  @AfterEach
  void close() {
    mailbox.close();
    database.close();
    office.close();
  }

  private Round round() {
    return engine.open().get(STREAM);
  }

  /** On the mailbox thread, as in the product; what is committed soon has been. */
  private <T> T inMailbox(Callable<T> call) throws Exception {
    try {
      T answer = mailbox.ask(call).get();
      mailbox.ask(() -> true).get();
      return answer;
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }

  private void received(String member, byte[] sealed) throws Exception {
    inMailbox(
        () -> {
          messages.received(member, sealed);
          return true;
        });
  }

  private void refused(Reason reason, int attempt) throws Exception {
    inMailbox(
        () -> {
          messages.refused(
              session,
              Refused.newBuilder()
                  .setJob(RoundWorld.JOB)
                  .setAttempt(attempt)
                  .setReason(reason.name())
                  .setText("not today")
                  .build());
          return true;
        });
  }

  private List<String> alarms() {
    return office.logged("access");
  }

  @Test
  void aDeclineReachesTheRoundOfItsToken() throws Exception {
    byte[] decline = world.decline(round(), "m1").sealed();
    received("m1", decline);
    assertThat(round().memberReasons()).containsExactly("m1: no data");
    assertThat(new SqlEventStore(database).read(STREAM.name()))
        .as("durable once the mailbox has gone on")
        .hasSize((int) round().version());
  }

  @Test
  void whatIsAboutATokenOfNoOpenRoundComesTooLate() throws Exception {
    byte[] decline = world.decline(round(), "m1").sealed();
    engine.forget(STREAM);
    received("m1", decline);
    assertThat(engine.open()).isEmpty();
    assertThat(alarms()).isEmpty();
  }

  @Test
  void whatSomebodyElseHasSignedIsAnAlarmAndChangesNothing() throws Exception {
    byte[] decline = world.decline(round(), "m1").sealed();
    received("m2", decline);
    assertThat(round().memberReasons()).isEmpty();
    assertThat(alarms())
        .singleElement()
        .asString()
        .contains("signed by 'm1', sent by 'm2'")
        .contains("\"m2\"");
  }

  @Test
  void bytesThatAreNoEnvelopeAreAnAlarm() throws Exception {
    received("m2", "hello".getBytes(StandardCharsets.UTF_8));
    assertThat(alarms()).singleElement().asString().contains("was not acted upon");
  }

  @Test
  void aTypeThatNobodyTakesIsAnAlarm() throws Exception {
    received("m2", new HashNotary("m2").seal("job.spec", 0, 0, new byte[] {1}));
    assertThat(alarms()).singleElement().asString().contains("m2");
    assertThat(round().memberReasons()).isEmpty();
  }

  @Test
  void whoLacksWhatATaskBuildsOnIsToldAgainOnceASession() throws Exception {
    refused(Reason.JOB_UNKNOWN, 0);
    assertThat(stream.sent).isNotEmpty();
    assertThat(round().memberReasons()).isEmpty();
    refused(Reason.JOB_UNKNOWN, 0);
    assertThat(round().memberReasons())
        .containsExactly("m0: " + Reason.JOB_UNKNOWN + ": not today");
  }

  @Test
  void aRefusalIsTheOperatorsToRead() throws Exception {
    refused(Reason.MODEL_ALREADY_SUMMED, 0);
    assertThat(round().memberReasons())
        .containsExactly("m0: " + Reason.MODEL_ALREADY_SUMMED + ": not today");
  }

  @Test
  void aRefusalOfAnotherAttemptIsAboutNoRound() throws Exception {
    refused(Reason.MODEL_ALREADY_SUMMED, 1);
    assertThat(round().memberReasons()).isEmpty();
  }

  private UploadCommitment commitment(TokenRef ref, long bytes) {
    return new UploadCommitment(ref, Digest.sha256(new byte[] {9}), bytes);
  }

  private void requireRefusedUpload(UploadCommitment commitment, String... words) {
    assertThatThrownBy(() -> inMailbox(() -> messages.requireExpected("m0", commitment)))
        .isInstanceOf(UploadRefusedException.class)
        .satisfies(refused -> assertThat(refused.getMessage()).contains(words));
  }

  @Test
  void anUploadIsExpectedByOneRoundInItsLength() {
    TokenRef ref = round().task().ref();
    long bytes = round().task().wireBytes();
    requireRefusedUpload(commitment(ref, bytes + 1), "asks for " + bytes);
    TokenRef another =
        new TokenRef(ref.job(), ref.round(), ref.attempt(), ref.epoch(), 1, ref.taskDigest());
    requireRefusedUpload(commitment(another, bytes), "no open round waits");
    TokenRef otherTask =
        new TokenRef(
            ref.job(),
            ref.round(),
            ref.attempt(),
            ref.epoch(),
            ref.token(),
            Digest.sha256(new byte[1]));
    requireRefusedUpload(commitment(otherTask, bytes), "no open round waits");
  }

  @Test
  void whatThePolicyDoesNotLetAMemberSubmitIsNotReceived() {
    // m0 is not in the roster of this alliance
    requireRefusedUpload(
        commitment(round().task().ref(), round().task().wireBytes()), "no member is touched");
  }

  @Test
  void aStoredUploadIsTheRoundsAtOnce() throws Exception {
    RoundMessage.UploadStored upload = world.upload(round(), "m2");
    UploadCommitment commitment =
        UploadCommitment.decode(notary.open(upload.sealedCommitment()).payload());
    inMailbox(
        () -> {
          messages.uploaded("m2", upload.sealedCommitment(), commitment);
          return true;
        });
    assertThat(round().server().uploads()).containsOnlyKeys("m2");
    long version = round().version();
    inMailbox(
        () -> {
          messages.uploaded("m2", upload.sealedCommitment(), commitment);
          return true;
        });
    assertThat(round().version()).as("it came again").isEqualTo(version);
  }
}
