package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.coordinator.round.event.AttemptOpened;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.store.EventStore;
import org.concordat.store.EventStore.Effect;
import org.concordat.store.EventStore.StoredEvent;
import org.concordat.store.Outbox;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the open rounds: decide, store events with their effects in one transaction, apply, run the
 * effects. Used on the mailbox thread only; a restart resumes every open round where its events
 * left it.
 */
public final class RoundEngine {
  private static final Logger LOG = LoggerFactory.getLogger(RoundEngine.class);
  private static final int EVENT_SCHEMA = 1;
  private static final int OUTBOX_BATCH = 256;

  /** Runs effects. Each may come again after a crash. */
  public interface EffectRunner {
    /** Audit entries in the order of their events: all are durable when this returns. */
    void log(List<Outbox.Entry> entries);

    /**
     * Any other effect, of the round as it is now.
     *
     * @param target whom or what it is about; empty where that is the round
     */
    void run(RoundEffect effect, String target, Round round);
  }

  private final EventStore events;
  private final Outbox outbox;
  private final Round.Epochs epochs;
  private final Notary notary;
  private final Clock clock;
  private final Consumer<String> crashPoint;
  private final Map<StreamId, Round> open = new LinkedHashMap<>();
  private final Map<StreamId, Unsaved> unsaved = new LinkedHashMap<>();
  private final Set<Long> ran = new LinkedHashSet<>();
  private @Nullable EffectRunner effects;
  private Consumer<String> changed = job -> {};
  private boolean draining;

  /** What was decided since the round was stored as {@code before}. */
  private record Unsaved(Round before, List<StoredEvent> events, List<Effect> effects) {
    Unsaved(Round before) {
      this(before, new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * @param crashPoint told {@code before:KIND} before an event is stored and {@code after:KIND}
   *     once its effects have run; the crash tests stop there, everybody else does nothing
   */
  public RoundEngine(
      EventStore events,
      Outbox outbox,
      Round.Epochs epochs,
      Notary notary,
      Clock clock,
      Consumer<String> crashPoint) {
    this.crashPoint = crashPoint;
    this.events = events;
    this.outbox = outbox;
    this.epochs = epochs;
    this.notary = notary;
    this.clock = clock;
  }

  /**
   * Closes the circle, since effects hand messages back: once, before anything else.
   *
   * @param changed told the job of a round that has changed, once that is durable
   */
  public void attach(EffectRunner runner, Consumer<String> changed) {
    this.effects = runner;
    this.changed = changed;
  }

  private EffectRunner effects() {
    return Objects.requireNonNull(effects);
  }

  /** Whether a round was ever opened. */
  public boolean exists(StreamId stream) {
    return events.exists(stream.name());
  }

  /** Loads a round from its events. */
  public Round load(StreamId stream) {
    Round round = replay(stream);
    open.put(stream, round);
    return round;
  }

  /** A round as it is, open or closed; empty if it was never opened. */
  public Optional<Round> peek(StreamId stream) {
    Round known = open.get(stream);
    if (known != null) {
      return Optional.of(known);
    }
    return exists(stream) ? Optional.of(replay(stream)) : Optional.empty();
  }

  private Round replay(StreamId stream) {
    Round round = null;
    for (StoredEvent stored : events.read(stream.name())) {
      RoundEvent event = parse(stream, stored);
      round =
          round == null
              ? Round.opened(null, event, epochs, notary)
              : round.apply(event, epochs, notary);
    }
    if (round == null) {
      throw new IllegalStateException("round " + stream + " has no events");
    }
    return round;
  }

  /** Opens a round's first or next attempt. Durable when it returns. */
  public void open(Task task) {
    open(task, 0, 0, Map.of());
  }

  /**
   * The same for one cohort of several.
   *
   * @param cohort from 1
   * @param cohorts how many there are
   * @param regions see {@link Regions#of}
   */
  public void open(Task task, int cohort, int cohorts, Map<String, String> regions) {
    commit();
    RoundEvent event =
        RoundEvent.newBuilder()
            .setAtMillis(clock.millis())
            .setAttemptOpened(
                AttemptOpened.newBuilder()
                    .setTask(ByteString.copyFrom(task.encode()))
                    .setCohort(cohort)
                    .setCohorts(cohorts)
                    .putAllRegions(regions))
            .build();
    StreamId stream = StreamId.of(task, cohort);
    Round before = open.get(stream);
    Round after = Round.opened(before, event, epochs, notary);
    crashPoint.accept("before:" + event.getKindCase());
    append(
        stream,
        before == null ? 0 : before.version(),
        List.of(stored(event)),
        Effects.of(Optional.ofNullable(before), event, after));
    open.put(stream, after);
    LOG.info("{}, attempt {} opened", stream.inWords(), task.attempt() + 1);
    drain();
    crashPoint.accept("after:" + event.getKindCase());
    changed.accept(task.job());
  }

  /**
   * Lets a message happen to a round. Durable when it returns, and its effects have run.
   *
   * @throws Refusal where the message is a member's and wrong; nothing has changed
   */
  public void handle(StreamId stream, RoundMessage message) throws Refusal {
    take(stream, message);
    commit();
  }

  /** The same of a message that no member has sent: it is never wrong. */
  public void happened(StreamId stream, RoundMessage message) {
    try {
      handle(stream, message);
    } catch (Refusal impossible) {
      LOG.error("{} does not take {}", stream.inWords(), message, impossible);
    }
  }

  /**
   * Like {@link #handle}, in memory only: several messages that came together are then made durable
   * together. Nothing of a round may be told to anybody before the next {@link #commit}.
   */
  public void take(StreamId stream, RoundMessage message) throws Refusal {
    Round before = open.get(stream);
    if (before == null) {
      return;
    }
    Unsaved batch = unsaved.getOrDefault(stream, new Unsaved(before));
    Round round = before;
    for (RoundEvent.Builder decided : before.decide(message, clock.instant())) {
      RoundEvent event = decided.setAtMillis(clock.millis()).build();
      Round next = round.apply(event, epochs, notary);
      batch.events.add(stored(event));
      batch.effects.addAll(Effects.of(Optional.of(round), event, next));
      round = next;
    }
    if (round != before) {
      unsaved.put(stream, batch);
      open.put(stream, round);
    }
  }

  /** Makes durable what {@link #take} took, one transaction a round, and runs the effects. */
  public void commit() {
    if (unsaved.isEmpty()) {
      return;
    }
    Map<StreamId, Unsaved> batches = new LinkedHashMap<>(unsaved);
    List<String> types =
        batches.values().stream()
            .flatMap(batch -> batch.events.stream().map(StoredEvent::type))
            .toList();
    try {
      types.forEach(type -> crashPoint.accept("before:" + type));
      batches.forEach(this::save);
    } finally {
      // what could not be stored is as if its messages had never come
      unsaved.forEach((stream, batch) -> open.put(stream, batch.before));
      unsaved.clear();
    }
    drain();
    types.forEach(type -> crashPoint.accept("after:" + type));
    batches.keySet().stream().map(StreamId::job).distinct().forEach(changed);
  }

  private void save(StreamId stream, Unsaved batch) {
    append(stream, batch.before.version(), batch.events, batch.effects);
    unsaved.remove(stream);
    Round now = open.getOrDefault(stream, batch.before);
    if (!now.phase().equals(batch.before.phase())) {
      LOG.info("{} is {}", stream.inWords(), now.phase().label());
    }
  }

  private void append(
      StreamId stream, long version, List<StoredEvent> stored, List<Effect> effects) {
    events.append(stream.name(), version, stored, effects, clock.millis(), List.copyOf(ran));
    ran.clear();
  }

  /**
   * Runs what is in the outbox, also what a crash left there; notes wait for the next log entry or
   * {@link #settle}.
   */
  public void drain() {
    drain(false);
  }

  /** Writes notes that are still waiting, and forgets in the store what has run. */
  public void settle() {
    commit();
    drain(true);
    if (!ran.isEmpty()) {
      outbox.done(List.copyOf(ran));
      ran.clear();
    }
  }

  private void drain(boolean withNotes) {
    if (draining) {
      return; // an effect led to another message: the loop below sees its effects too
    }
    draining = true;
    try {
      while (runNext(withNotes)) {
        continue;
      }
    } finally {
      draining = false;
    }
  }

  /** Runs what is pending; false if nothing is. */
  private boolean runNext(boolean withNotes) {
    List<Outbox.Entry> pending =
        outbox.pending(OUTBOX_BATCH + ran.size()).stream()
            .filter(entry -> !ran.contains(entry.id()))
            .toList();
    List<Outbox.Entry> notes = new ArrayList<>();
    boolean any = false;
    for (Outbox.Entry entry : pending) {
      RoundEffect effect = RoundEffect.of(entry.kind());
      if (effect == RoundEffect.NOTE) {
        notes.add(entry);
      } else if (effect == RoundEffect.LOG) {
        notes.add(entry);
        log(notes);
        any = true;
      } else {
        StreamId stream = StreamId.parse(entry.stream());
        Round round = open.containsKey(stream) ? open.get(stream) : load(stream);
        effects().run(effect, entry.target(), round);
        ran.add(entry.id());
        any = true;
      }
    }
    boolean full = notes.size() >= OUTBOX_BATCH; // or they would hide what comes after them
    if ((withNotes || full) && !notes.isEmpty()) {
      log(notes);
      any = true;
    }
    return any;
  }

  private void log(List<Outbox.Entry> entries) {
    effects().log(List.copyOf(entries));
    entries.forEach(entry -> ran.add(entry.id()));
    entries.clear();
  }

  /** The open rounds, by stream. */
  public Map<StreamId, Round> open() {
    return open;
  }

  /** The open round that a token is burnt for: a message about the token belongs to no other. */
  public Optional<Round> of(TokenRef ref) {
    return open.values().stream()
        .filter(round -> round.task().epoch() == ref.epoch() && round.task().token() == ref.token())
        .findFirst();
  }

  /** Forgets a closed round in memory; its events stay in the store until {@link #erase}. */
  public void forget(StreamId stream) {
    open.remove(stream);
  }

  /** Every stream that has events. */
  public List<StreamId> streams() {
    return events.streams().stream().map(StreamId::parse).toList();
  }

  /** Erases the events of closed rounds, but where an effect is still to run. */
  public void erase(List<StreamId> streams) {
    events.forget(
        streams.stream().filter(stream -> !open.containsKey(stream)).map(StreamId::name).toList());
  }

  private static StoredEvent stored(RoundEvent event) {
    return new StoredEvent(event.getKindCase().name(), EVENT_SCHEMA, event.toByteArray());
  }

  private static RoundEvent parse(StreamId stream, StoredEvent stored) {
    if (stored.schema() > EVENT_SCHEMA) {
      throw new IllegalStateException(
          stream
              + " has events of schema "
              + stored.schema()
              + ", this program reads up to "
              + EVENT_SCHEMA
              + ": upgrade it");
    }
    try {
      return RoundEvent.parseFrom(stored.body());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(
          stream + " has a damaged event of type " + stored.type(), damaged);
    }
  }
}
