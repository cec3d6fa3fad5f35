package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.concordat.coordinator.round.event.AttemptOpened;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;
import org.concordat.store.EventStore;
import org.concordat.store.EventStore.Effect;
import org.concordat.store.EventStore.StoredEvent;
import org.concordat.store.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the open rounds: decide, store events with their effects in one transaction, apply, run the effects. Used on the
 * mailbox thread only; a restart resumes every open round where its events left it.
 */
public final class RoundEngine {
  private static final Logger LOG = LoggerFactory.getLogger(RoundEngine.class);
  private static final int EVENT_SCHEMA = 1;
  private static final int OUTBOX_BATCH = 256;

  /** Runs effects. Each may come again after a crash. */
  public interface EffectRunner {
    /** Audit entries of consecutive LOG effects: all are durable when this returns. */
    void log(List<Outbox.Entry> entries);

    /** Any other effect, of the round as it is now. */
    void run(Outbox.Entry effect, Round round);
  }

  private final EventStore events;
  private final Outbox outbox;
  private final Round.Epochs epochs;
  private final Notary notary;
  private final Clock clock;
  private final Consumer<String> crashPoint;
  private final Map<String, Round> open = new LinkedHashMap<>();
  private boolean draining;

  /**
   * @param crashPoint told {@code before:KIND} before an event is stored and {@code after:KIND} once its effects have
   *     run; the crash tests stop there, everybody else does nothing
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

  /** Whether a round was ever opened. */
  public boolean exists(String stream) {
    return !events.read(stream).isEmpty();
  }

  /** Loads a round from its events. */
  public Round load(String stream) {
    Round round = null;
    for (StoredEvent stored : events.read(stream)) {
      RoundEvent event = parse(stream, stored);
      round = round == null ? Round.opened(null, event, epochs, notary) : round.apply(event, epochs, notary);
    }
    if (round == null) {
      throw new IllegalStateException("round " + stream + " has no events");
    }
    open.put(stream, round);
    return round;
  }

  /** Opens a round's first or next attempt. Durable when it returns. */
  public void open(Task task, EffectRunner runner) {
    RoundEvent event =
        RoundEvent.newBuilder()
            .setAtMillis(clock.millis())
            .setAttemptOpened(AttemptOpened.newBuilder().setTask(ByteString.copyFrom(task.encode())))
            .build();
    String stream = Round.stream(task.job(), task.round());
    Round before = open.get(stream);
    Round after = Round.opened(before, event, epochs, notary);
    events.append(
        stream,
        before == null ? 0 : before.version(),
        List.of(stored(event)),
        Effects.of(before == null ? after : before, event, after),
        clock.millis());
    open.put(stream, after);
    LOG.info("{} attempt {} opened", stream, task.attempt());
    drain(runner);
  }

  /**
   * Lets a message happen to a round.
   *
   * @throws Refusal where the message is a member's and wrong; nothing has changed
   */
  public void handle(String stream, RoundMessage message, EffectRunner runner) throws Refusal {
    Round before = open.get(stream);
    if (before == null) {
      return;
    }
    List<StoredEvent> stored = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    Round round = before;
    for (RoundEvent.Builder decided : before.decide(message, clock.instant())) {
      RoundEvent event = decided.setAtMillis(clock.millis()).build();
      Round next = round.apply(event, epochs, notary);
      stored.add(stored(event));
      effects.addAll(Effects.of(round, event, next));
      round = next;
    }
    if (stored.isEmpty()) {
      return;
    }
    stored.forEach(event -> crashPoint.accept("before:" + event.type()));
    events.append(stream, before.version(), stored, effects, clock.millis());
    open.put(stream, round);
    if (!round.phase().equals(before.phase())) {
      LOG.info("{} is {}", stream, round.phase().label());
    }
    drain(runner);
    stored.forEach(event -> crashPoint.accept("after:" + event.type()));
  }

  /** Runs what is in the outbox, also what a crash left there. */
  public void drain(EffectRunner runner) {
    if (draining) {
      return; // an effect led to another message: the loop below sees its effects too
    }
    draining = true;
    try {
      List<Outbox.Entry> pending;
      while (!(pending = outbox.pending(OUTBOX_BATCH)).isEmpty()) {
        runBatch(pending, runner);
        outbox.done(pending.stream().map(Outbox.Entry::id).toList());
      }
    } finally {
      draining = false;
    }
  }

  private void runBatch(List<Outbox.Entry> pending, EffectRunner runner) {
    int at = 0;
    while (at < pending.size()) {
      int end = at;
      while (end < pending.size() && pending.get(end).kind().equals(Effects.LOG)) {
        end++;
      }
      if (end > at) {
        runner.log(pending.subList(at, end));
        at = end;
      } else {
        Outbox.Entry effect = pending.get(at++);
        Round round = open.containsKey(effect.stream()) ? open.get(effect.stream()) : load(effect.stream());
        runner.run(effect, round);
      }
    }
  }

  /** The open rounds, by stream. */
  public Map<String, Round> open() {
    return open;
  }

  /** The open round that a token is burnt for. */
  public Optional<Round> find(org.concordat.secureagg.message.TokenRef ref) {
    return Optional.ofNullable(open.get(Round.stream(ref.job(), ref.round())))
        .filter(round -> round.task().ref().equals(ref));
  }

  /** Forgets a closed round; its events stay in the store. */
  public void forget(String stream) {
    open.remove(stream);
  }

  private static StoredEvent stored(RoundEvent event) {
    return new StoredEvent(event.getKindCase().name(), EVENT_SCHEMA, event.toByteArray());
  }

  private static RoundEvent parse(String stream, StoredEvent stored) {
    if (stored.schema() > EVENT_SCHEMA) {
      throw new IllegalStateException(
          stream + " has events of schema " + stored.schema() + ", this program reads up to " + EVENT_SCHEMA + ": upgrade it");
    }
    try {
      return RoundEvent.parseFrom(stored.body());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(stream + " has a damaged event of type " + stored.type(), damaged);
    }
  }
}
