package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.coordinator.round.event.AttemptOpened;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Task;
import org.concordat.store.EventStore.Effect;
import org.concordat.testkit.SettableClock;

/** Decide and apply, in memory, with everything that came of it. */
final class Fold {
  static final Duration DEADLINE = Duration.ofSeconds(100);
  static final Duration STALL = Duration.ofSeconds(60);

  final RoundWorld world;
  final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  final List<RoundEvent> events = new ArrayList<>();

  /** The round after each of the events. */
  final List<Round> states = new ArrayList<>();

  final List<Effect> effects = new ArrayList<>();

  /** Rows of the table that the events were. */
  final Set<Transitions.Row> visited = new LinkedHashSet<>();

  Round round;

  Fold(RoundWorld world) {
    this.world = world;
    open(world.task(0, 0, List.of()));
  }

  void open(Task task) {
    RoundEvent event =
        RoundEvent.newBuilder()
            .setAtMillis(clock.millis())
            .setAttemptOpened(
                AttemptOpened.newBuilder().setTask(ByteString.copyFrom(task.encode())))
            .build();
    Round after = Round.opened(round, event, world.epochs(), world.notary);
    effects.clear();
    effects.addAll(Effects.of(Optional.ofNullable(round), event, after));
    visit(event, after);
    round = after;
  }

  private void visit(RoundEvent event, Round after) {
    events.add(event);
    states.add(after);
    Transitions.of(
            Optional.ofNullable(round).map(Round::phase),
            event,
            (round == null ? after : round).server(),
            after.server())
        .ifPresent(visited::add);
  }

  /** Gives a message to the round; the kinds of the events that followed. */
  List<String> give(RoundMessage message) throws Refusal {
    List<String> kinds = new ArrayList<>();
    effects.clear();
    for (RoundEvent.Builder decided : round.decide(message, clock.instant())) {
      RoundEvent event = decided.setAtMillis(clock.millis()).build();
      Round next = round.apply(event, world.epochs(), world.notary);
      effects.addAll(Effects.of(Optional.of(round), event, next));
      visit(event, next);
      kinds.add(event.getKindCase().name());
      round = next;
    }
    return kinds;
  }

  List<String> tick(String... gone) throws Refusal {
    return give(new RoundMessage.Tick(Set.of(gone)::contains, DEADLINE, STALL));
  }

  /** Tells a member what it is due; the kinds of events that its answers led to. */
  List<String> tell(String name) throws Refusal {
    List<String> kinds = new ArrayList<>();
    for (byte[] answer : world.answers(round, name)) {
      kinds.addAll(give(new RoundMessage.FromMember(name, answer)));
    }
    return kinds;
  }

  void upload(String... names) throws Refusal {
    for (String name : names) {
      give(world.upload(round, name));
    }
  }

  void dispatched() throws Refusal {
    give(new RoundMessage.TasksSent());
  }

  /** Up to phase Certifying, with everybody's upload. */
  Fold certifying() throws Refusal {
    dispatched();
    upload("m0", "m1", "m2", "m3");
    return this;
  }

  /** Up to phase Applying. */
  Fold applying() throws Refusal {
    return certifying().unmasked();
  }

  /** From phase Certifying to phase Applying. */
  Fold unmasked() throws Refusal {
    for (String name : RoundWorld.NAMES) {
      if (round.phase() instanceof Certifying) {
        tell(name);
      }
    }
    for (String name : RoundWorld.NAMES) {
      if (round.phase() instanceof Unmasking) {
        tell(name);
      }
    }
    return this;
  }

  /** Up to phase Recording. */
  Fold recording() throws Refusal {
    applying();
    give(world.applied(round));
    for (String name : List.of("m0", "m1", "m2")) {
      give(world.adopt(round, name));
    }
    return this;
  }

  /** Effects of the last message, as kind or kind:target. */
  List<String> effectNames() {
    return effects.stream()
        .map(
            effect ->
                effect.kind()
                    + (effect.target().isEmpty()
                            || effect.kind().equals(RoundEffect.ERASE_UPLOADS.stored())
                        ? ""
                        : ":" + effect.target()))
        .toList();
  }

  /** A new fold of the same events. */
  Round replayed() {
    Round again = null;
    for (RoundEvent event : events) {
      again =
          again == null
              ? Round.opened(null, event, world.epochs(), world.notary)
              : again.apply(event, world.epochs(), world.notary);
    }
    return again;
  }
}
