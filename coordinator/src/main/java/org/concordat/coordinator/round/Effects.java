package org.concordat.coordinator.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.store.EventStore.Effect;

/** The outbox entries of an event: what {@link Transitions} says, for whom, with what. */
final class Effects {
  private Effects() {}

  /**
   * In the order in which they run.
   *
   * @param before empty for a round's first attempt
   */
  static List<Effect> of(Optional<Round> before, RoundEvent event, Round after) {
    Round from = before.orElse(after);
    List<Effect> effects = new ArrayList<>();
    if (after.server().shows() && !from.server().shows()) {
      add(effects, RoundEffect.BLAME, event, after);
      if (after.phase() instanceof Unmasking) {
        add(effects, RoundEffect.TELL, event, after); // survivors are asked for pair secrets
      }
    }
    Transitions.of(before.map(Round::phase), event, from.server(), after.server())
        .ifPresent(row -> row.entering().forEach(effect -> add(effects, effect, event, after)));
    if (event.hasCohortSummed()) {
      add(effects, RoundEffect.COMBINE, event, after); // the last one's leads to the next state
    }
    return effects;
  }

  private static void add(List<Effect> effects, RoundEffect effect, RoundEvent event, Round after) {
    switch (effect) {
      case TELL -> after.participants().forEach(member -> effects.add(entry(effect, member)));
      case LOG, NOTE ->
          effects.add(
              new Effect(effect.stored(), "", RoundEntries.of(event, after).canonicalBytes()));
      case ERASE_UPLOADS -> effects.add(entry(effect, after.task().digest().hex()));
      default -> effects.add(entry(effect, ""));
    }
  }

  private static Effect entry(RoundEffect effect, String target) {
    return new Effect(effect.stored(), target, new byte[0]);
  }
}
