package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fewest changes of facts that flip a verdict; among equally few, those people can make
 * most readily (the catalogue's order).
 *
 * <p>Iterative deepening. While the goal is not reached, some rule stands in its way, and at least
 * one fact which that rule reads must change; so only those are tried, and nothing is missed.
 */
final class FlipSearch {
  static final int MAX_CHANGES = 3;

  /** Tells what stands in the way of a flip. */
  private interface Goal {
    /** Places of which at least one must change; empty when the goal is reached. */
    Optional<Set<World.Slot>> toChange(World world);
  }

  /** Whether somebody could state a fact from that source. */
  interface Statable {
    boolean test(FactName fact, FactSource source);
  }

  private record Step(World.Slot slot, Options.Option option) {}

  private final List<Rule> rules;
  private final World start;
  private final Statable statable;
  private @Nullable List<Step> best;

  private final boolean factsMeetFacts;
  private final Map<World.Slot, List<Options.Option>> known = new HashMap<>();
  private int triesLeft;

  /**
   * @param statable a change that nobody can make is no remedy
   * @param tries how many changed worlds may be looked at; then the best found so far stands
   */
  FlipSearch(List<Rule> rules, World start, Statable statable, int tries) {
    this.statable = statable;
    this.rules = rules;
    this.start = start;
    this.triesLeft = tries;
    this.factsMeetFacts = rules.stream().anyMatch(Rule::comparesFacts);
  }

  /** The fewest changes after which all these members are allowed; empty if none were found. */
  List<Change> toAllow(Set<String> members) {
    return search(List.of(world -> obstacleToAll(members, world)));
  }

  /** The fewest changes after which this member is denied; facts are changed, not withdrawn. */
  List<Change> toDeny(String member) {
    List<Goal> goals = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.effect() != Effect.PERMIT) {
        goals.add(world -> untilDenying(rule, member, world));
      }
    }
    goals.add(world -> firstTruePermit(member, world));
    return search(goals);
  }

  private Optional<Set<World.Slot>> obstacleToAll(Set<String> members, World world) {
    for (String member : members) {
      Optional<List<Rule>> obstacle = Evaluator.firstObstacle(rules, world.view(member));
      if (obstacle.isPresent()) {
        return Optional.of(slots(obstacle.get(), member, world));
      }
    }
    return Optional.empty();
  }

  private Optional<Set<World.Slot>> untilDenying(Rule rule, String member, World world) {
    Ternary value = rule.when().evaluate(world.view(member), Trace.NONE);
    return rule.effect().denies(value)
        ? Optional.empty()
        : Optional.of(slots(List.of(rule), member, world));
  }

  private Optional<Set<World.Slot>> firstTruePermit(String member, World world) {
    for (Rule rule : rules) {
      if (rule.effect() == Effect.PERMIT
          && rule.when().evaluate(world.view(member), Trace.NONE) == Ternary.TRUE) {
        return Optional.of(slots(List.of(rule), member, world));
      }
    }
    return Optional.empty();
  }

  /**
   * Places of the facts that these rules read; a member's id is not a fact that anyone can change.
   */
  private static Set<World.Slot> slots(List<Rule> rules, String member, World world) {
    Set<FactName> facts = EnumSet.noneOf(FactName.class);
    rules.forEach(rule -> facts.addAll(rule.reads()));
    facts.remove(FactName.MEMBER);
    Set<World.Slot> slots = new LinkedHashSet<>();
    for (FactName fact : facts) {
      World.Slot own = new World.Slot(Optional.of(member), fact);
      if (fact.mayBeStated(true)) {
        slots.add(own);
      }
      if (fact.mayBeStated(false) && (!fact.mayBeStated(true) || world.stated(own).isEmpty())) {
        slots.add(new World.Slot(Optional.empty(), fact));
      }
    }
    return slots;
  }

  private List<Change> search(List<Goal> goals) {
    best = null;
    for (int size = 1; size <= MAX_CHANGES && best == null; size++) {
      for (Goal goal : goals) {
        descend(goal, start, List.of(), size);
      }
    }
    return best == null ? List.of() : best.stream().map(this::change).toList();
  }

  private void descend(Goal goal, World world, List<Step> steps, int more) {
    if (triesLeft-- <= 0) {
      return;
    }
    Optional<Set<World.Slot>> open = goal.toChange(world);
    if (open.isEmpty()) {
      keepIfBetter(steps);
      return;
    }
    if (more == 0) {
      return;
    }
    for (World.Slot slot : open.get()) {
      if (steps.stream().noneMatch(step -> step.slot().equals(slot))) {
        for (Options.Option option : options(world, slot)) {
          List<Step> longer = new ArrayList<>(steps);
          longer.add(new Step(slot, option));
          Fact fact = new Fact(slot.fact(), option.value(), option.source(), null);
          descend(goal, world.with(slot, fact), longer, more - 1);
        }
      }
    }
  }

  /**
   * A place that was not changed yet offers the same in every world, unless facts are compared with
   * facts.
   */
  private List<Options.Option> options(World world, World.Slot slot) {
    return factsMeetFacts
        ? statable(world, slot)
        : known.computeIfAbsent(slot, unseen -> statable(start, slot));
  }

  private List<Options.Option> statable(World world, World.Slot slot) {
    return Options.of(rules, world, slot).stream()
        .filter(option -> statable.test(slot.fact(), option.source()))
        .toList();
  }

  private void keepIfBetter(List<Step> steps) {
    if (steps.isEmpty()) {
      return;
    }
    if (best == null || ORDER.compare(steps, best) < 0) {
      best = steps;
    }
  }

  /** Fewer first, then by how readily the facts change, then values that the policy names. */
  private static final Comparator<List<Step>> ORDER =
      Comparator.<List<Step>>comparingInt(List::size)
          .thenComparingInt(steps -> steps.stream().mapToInt(s -> s.slot().fact().ordinal()).sum())
          .thenComparingLong(steps -> steps.stream().filter(s -> !s.option().named()).count());

  private Change change(Step step) {
    return new Change(
        step.slot().member(),
        step.slot().fact(),
        start.stated(step.slot()),
        step.option().value(),
        step.option().source(),
        step.option().wanted());
  }
}
