package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.concordat.auditlog.AuditEntry;
import org.concordat.secureagg.Refusal;
import org.concordat.store.Database;
import org.concordat.store.EventStore;
import org.concordat.store.EventStore.StoredEvent;
import org.concordat.store.Outbox;
import org.concordat.store.SqlEventStore;
import org.concordat.store.SqlOutbox;
import org.concordat.store.StoreException;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundEngineTest {
  private static final StreamId STREAM = StreamId.of(RoundWorld.JOB, 0);

  /** Writes down what runs, and fails on demand as a crash would. */
  private static final class Recorder implements RoundEngine.EffectRunner {
    final List<String> ran = new ArrayList<>();
    final List<List<String>> logged = new ArrayList<>();
    String crashAt = "";

    @Override
    public void log(List<Outbox.Entry> entries) {
      crash("log");
      logged.add(
          entries.stream()
              .map(entry -> AuditEntry.parse(entry.body()).details().get("phase"))
              .toList());
      ran.add("log");
    }

    @Override
    public void run(RoundEffect effect, String target, Round round) {
      crash(effect.stored());
      ran.add(effect.stored());
    }

    private void crash(String kind) {
      if (kind.equals(crashAt)) {
        throw new IllegalStateException("crash at " + kind);
      }
    }
  }

  @TempDir Path directory;
  private final RoundWorld world = new RoundWorld();
  private final Recorder recorder = new Recorder();
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private Database database;
  private EventStore events;
  private Outbox outbox;
  private RoundEngine engine;

  @BeforeEach
  void openStore() {
    database = Database.open(StoreLocation.sqlite(directory.resolve("state")));
    events = new SqlEventStore(database);
    outbox = new SqlOutbox(database);
    engine = new RoundEngine(events, outbox, world.epochs(), world.notary, clock, point -> {});
    engine.attach(recorder, job -> {});
  }

  @AfterEach
  void closeStore() {
    database.close();
  }

  private void restart() {
    database.close();
    openStore();
  }

  private Round round() {
    return engine.open().get(STREAM);
  }

  private void give(RoundMessage message) throws Refusal {
    engine.handle(STREAM, message);
  }

  private void tell(String name) throws Refusal {
    for (byte[] answer : world.answers(round(), name)) {
      give(new RoundMessage.FromMember(name, answer));
    }
  }

  private void openRound() {
    engine.open(world.task(0, 0, List.of()));
  }

  private void untilRecording() throws Refusal {
    openRound();
    untilRecordingFromOpened();
  }

  @Test
  void eventsAndEffectsAreStoredAndRunInOrder() {
    openRound();
    assertThat(engine.exists(STREAM)).isTrue();
    assertThat(events.read(STREAM.name()))
        .extracting(StoredEvent::type)
        .containsExactly("ATTEMPT_OPENED");
    assertThat(recorder.ran)
        .containsExactly("log", "tell", "tell", "tell", "tell", RoundEffect.TASKS_SENT.stored());
    assertThat(outbox.pending(100)).as("forgotten with the next append").hasSize(6);
    engine.drain();
    assertThat(recorder.ran).as("each once in this process").hasSize(6);
    engine.settle();
    assertThat(outbox.pending(100)).isEmpty();
  }

  @Test
  void whatRanIsForgottenWithTheNextEvent() throws Refusal {
    openRound();
    give(new RoundMessage.TasksSent());
    assertThat(outbox.pending(100)).isEmpty();
  }

  @Test
  void aCrashBetweenAppendAndDrainRunsTheEffectsAgain() {
    recorder.crashAt = "log";
    assertThatThrownBy(this::openRound).hasMessageContaining("crash");
    assertThat(recorder.ran).isEmpty();
    restart();
    assertThat(engine.load(STREAM).phase()).isEqualTo(new Dispatching());
    recorder.crashAt = "";
    engine.drain();
    assertThat(recorder.ran)
        .containsExactly("log", "tell", "tell", "tell", "tell", RoundEffect.TASKS_SENT.stored());
  }

  @Test
  void aCrashHalfwayRunsEverythingThatIsNotKnownToHaveRun() {
    recorder.crashAt = RoundEffect.TASKS_SENT.stored();
    assertThatThrownBy(this::openRound).hasMessageContaining("crash");
    restart();
    recorder.crashAt = "";
    recorder.ran.clear();
    engine.drain();
    assertThat(recorder.ran)
        .as("loads the round itself")
        .hasSize(6)
        .contains(RoundEffect.TASKS_SENT.stored());
    assertThat(engine.open()).containsKey(STREAM);
  }

  @Test
  void nothingIsStoredIfTheProcessDiesBeforeTheAppend() {
    RoundEngine dying =
        new RoundEngine(
            events,
            outbox,
            world.epochs(),
            world.notary,
            clock,
            point -> {
              throw new IllegalStateException(point);
            });
    assertThatThrownBy(() -> dying.open(world.task(0, 0, List.of())))
        .hasMessage("before:ATTEMPT_OPENED");
    assertThat(engine.exists(STREAM)).isFalse();
    assertThat(outbox.pending(100)).isEmpty();
    assertThat(recorder.ran).isEmpty();
  }

  @Test
  void notesAreWrittenBeforeTheReleaseInOneCall() throws Refusal {
    untilRecording();
    assertThat(recorder.logged)
        .containsExactly(
            List.of("DISPATCHING"),
            List.of("CERTIFYING", "UNMASKING", "APPLYING", "AGREEING", "RECORDING"));
    assertThat(recorder.ran.subList(recorder.ran.size() - 2, recorder.ran.size()))
        .containsExactly("log", RoundEffect.LOGGED.stored());
  }

  @Test
  void aReleaseThatCannotBeLoggedIsNotPublished() throws Refusal {
    openRound();
    recorder.crashAt = "log";
    assertThatThrownBy(this::untilRecordingFromOpened).hasMessageContaining("crash");
    assertThat(recorder.ran)
        .doesNotContain(RoundEffect.LOGGED.stored(), RoundEffect.PUBLISH.stored());
    restart();
    recorder.crashAt = "";
    engine.drain();
    assertThat(round().phase()).isEqualTo(new Recording());
    assertThat(recorder.logged.get(recorder.logged.size() - 1))
        .containsExactly("CERTIFYING", "UNMASKING", "APPLYING", "AGREEING", "RECORDING");
    assertThat(recorder.ran.get(recorder.ran.size() - 1)).isEqualTo(RoundEffect.LOGGED.stored());
  }

  private void untilRecordingFromOpened() throws Refusal {
    give(new RoundMessage.TasksSent());
    for (String name : RoundWorld.NAMES) {
      give(world.upload(round(), name));
    }
    for (String name : RoundWorld.NAMES) {
      if (round().phase() instanceof Certifying) {
        tell(name);
      }
    }
    for (String name : RoundWorld.NAMES) {
      if (round().phase() instanceof Unmasking) {
        tell(name);
      }
    }
    give(world.applied(round()));
    for (String name : List.of("m0", "m1", "m2")) {
      give(world.adopt(round(), name));
    }
  }

  @Test
  void settlingWritesNotesThatNoReleaseFollows() throws Refusal {
    openRound();
    give(new RoundMessage.Abort("told to"));
    assertThat(recorder.logged).containsExactly(List.of("DISPATCHING"));
    engine.settle();
    assertThat(recorder.logged).containsExactly(List.of("DISPATCHING"), List.of("ABORTED"));
    assertThat(outbox.pending(100)).isEmpty();
  }

  @Test
  void aRestartResumesTheRoundWhereItWas() throws Refusal {
    openRound();
    give(new RoundMessage.TasksSent());
    for (String name : RoundWorld.NAMES) {
      give(world.upload(round(), name));
    }
    Round before = round();
    restart();
    Round after = engine.load(STREAM);
    assertThat(after.phase()).isEqualTo(before.phase());
    assertThat(after.version()).isEqualTo(before.version());
    assertThat(after.server().survivors()).isEqualTo(before.server().survivors());
    assertThat(engine.of(before.task().ref())).contains(after);
    tell("m0");
    assertThat(events.read(STREAM.name())).hasSize((int) before.version() + 1);
  }

  @Test
  void anEffectMayHandAMessageBack() {
    RoundEngine.EffectRunner runner =
        new RoundEngine.EffectRunner() {
          @Override
          public void log(List<Outbox.Entry> entries) {
            recorder.log(entries);
          }

          @Override
          public void run(RoundEffect effect, String target, Round round) {
            recorder.run(effect, target, round);
            if (effect == RoundEffect.TASKS_SENT) {
              engine.happened(round.stream(), new RoundMessage.TasksSent());
            }
          }
        };
    engine.attach(runner, job -> {});
    engine.open(world.task(0, 0, List.of()));
    assertThat(round().phase()).isEqualTo(new Collecting());
    engine.drain();
    assertThat(recorder.ran).filteredOn(RoundEffect.TASKS_SENT.stored()::equals).hasSize(1);
  }

  @Test
  void aRefusedMessageLeavesNothing() throws Refusal {
    openRound();
    RoundMessage stranger =
        new RoundMessage.FromMember("m0", world.notary.seal("secagg.none.v1", 0, 0, new byte[1]));
    assertThatThrownBy(() -> give(stranger)).isInstanceOf(Refusal.class);
    assertThat(events.read(STREAM.name())).hasSize(1);
    assertThat(round().version()).isEqualTo(1);
  }

  @Test
  void messagesTakenTogetherAreStoredTogether() throws Refusal {
    openRound();
    give(new RoundMessage.TasksSent());
    recorder.ran.clear();
    for (String name : RoundWorld.NAMES) {
      engine.take(STREAM, world.upload(round(), name));
    }
    assertThat(round().phase()).isEqualTo(new Certifying());
    assertThat(events.read(STREAM.name())).as("in memory only").hasSize(2);
    assertThat(recorder.ran).as("nothing is told before it is durable").isEmpty();
    engine.commit();
    assertThat(events.read(STREAM.name())).hasSize((int) round().version());
    assertThat(recorder.ran).containsExactly("tell", "tell", "tell", "tell");
    engine.commit();
    assertThat(recorder.ran).hasSize(4);
    restart();
    assertThat(engine.load(STREAM).phase()).isEqualTo(new Certifying());
  }

  @Test
  void whatCannotBeStoredIsAsIfItHadNeverCome() throws Refusal {
    openRound();
    give(new RoundMessage.TasksSent());
    Round before = round();
    RoundMessage upload = world.upload(before, "m0");
    engine.take(STREAM, upload);
    database.close();
    assertThatThrownBy(() -> engine.commit()).isInstanceOf(RuntimeException.class);
    assertThat(round()).isSameAs(before);
    openStore();
    engine.load(STREAM);
    give(upload);
    assertThat(round().server().uploads()).containsOnlyKeys("m0");
  }

  @Test
  void aRoundThatIsNotOpenIsNotTouched() throws Refusal {
    engine.handle(StreamId.of("other", 0), new RoundMessage.Abort("no"));
    assertThat(events.streams()).isEmpty();
    openRound();
    engine.forget(STREAM);
    give(new RoundMessage.Abort("no"));
    assertThat(events.read(STREAM.name())).hasSize(1);
  }

  @Test
  void twoEnginesOnOneStreamConflict() throws Refusal {
    openRound();
    RoundEngine second =
        new RoundEngine(events, outbox, world.epochs(), world.notary, clock, point -> {});
    second.attach(recorder, job -> {});
    second.load(STREAM);
    give(new RoundMessage.TasksSent());
    assertThatThrownBy(() -> second.handle(STREAM, new RoundMessage.TasksSent()))
        .isInstanceOf(StoreException.Conflict.class);
  }

  @Test
  void anEventOfAnUnknownSchemaIsRefusedByName() {
    openRound();
    append(new StoredEvent("DISPATCHED", 2, new byte[0]));
    assertThatThrownBy(() -> engine.load(STREAM))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(STREAM.name())
        .hasMessageContaining("schema 2")
        .hasMessageContaining("up to 1");
  }

  @Test
  void anEventOfAnUnknownKindIsRefusedByName() {
    openRound();
    // field 99, a kind of a later program
    append(new StoredEvent("LATER", 1, new byte[] {(byte) 0x9a, 0x06, 0x00}));
    assertThatThrownBy(() -> engine.load(STREAM))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(STREAM.name())
        .hasMessageContaining("upgrade");
  }

  @Test
  void aDamagedEventIsRefusedByName() {
    openRound();
    append(new StoredEvent("DISPATCHED", 1, new byte[] {0x0a, 0x7f}));
    assertThatThrownBy(() -> engine.load(STREAM))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(STREAM.name())
        .hasMessageContaining("DISPATCHED");
  }

  @Test
  void aStreamWithoutEventsCannotBeLoaded() {
    assertThat(engine.exists(StreamId.of("none", 0))).isFalse();
    assertThatThrownBy(() -> engine.load(StreamId.of("none", 0)))
        .hasMessageContaining(StreamId.of("none", 0).name());
  }

  private void append(StoredEvent event) {
    events.append(STREAM.name(), 1, List.of(event), List.of(), 0, List.of());
  }

  @Test
  void aTickThatFreezesTheSurvivorsIsStored() throws Refusal {
    openRound();
    give(new RoundMessage.TasksSent());
    for (String name : List.of("m0", "m1", "m2")) {
      give(world.upload(round(), name));
    }
    give(new RoundMessage.Tick(Set.of("m3")::contains, Fold.DEADLINE, Fold.STALL));
    assertThat(round().phase()).isEqualTo(new Certifying());
    assertThat(events.read(STREAM.name())).hasSize(6);
  }

  @Test
  void eventsOfAClosedRoundAreErasedOnceNothingOfItIsToRun() throws Refusal {
    untilRecording();
    engine.erase(List.of(STREAM));
    assertThat(engine.exists(STREAM)).as("it is open").isTrue();
    give(new RoundMessage.Logged());
    assertThat(round().closed()).isTrue();
    engine.forget(STREAM);
    engine.erase(List.of(STREAM));
    assertThat(engine.exists(STREAM)).as("its effects are not forgotten yet").isTrue();
    engine.settle();
    assertThat(engine.streams()).containsExactly(STREAM);
    engine.erase(List.of(STREAM, StreamId.of("other", 0)));
    assertThat(engine.exists(STREAM)).isFalse();
    assertThat(engine.streams()).isEmpty();
  }
}
