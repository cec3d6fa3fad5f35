package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.jurisdictions.Effect;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.Ternary;

/** The verdict about one member as goals; what {@code Evaluator} does, written as a formula. */
final class Rules {
  private Rules() {}

  /** No forbid and no require denies, and some permit is TRUE. */
  static Goal allow(List<Rule> rules) {
    List<Goal> parts = new ArrayList<>(noneDenies(rules));
    parts.add(somePermits(rules));
    return new Goal.All(parts);
  }

  /** Some forbid or require denies, or no permit is TRUE. */
  static Goal deny(List<Rule> rules) {
    List<Goal> ways = new ArrayList<>();
    rules.stream()
        .filter(rule -> rule.effect() != Effect.PERMIT)
        .forEach(rule -> ways.add(denies(rule)));
    ways.add(nonePermits(rules));
    return new Goal.Any(ways);
  }

  /** This permit, one of the rules, is what allows it: no other does, and nothing denies. */
  static Goal allowBy(Rule permit, List<Rule> rules) {
    List<Rule> others = new ArrayList<>(rules);
    others.remove(permit);
    List<Goal> parts = new ArrayList<>();
    parts.add(Goal.isTrue(permit.when())); // first: the search begins with its facts
    parts.addAll(noneDenies(rules));
    parts.add(nonePermits(others));
    return new Goal.All(parts);
  }

  private static Goal nonePermits(List<Rule> rules) {
    return new Goal.All(
        rules.stream()
            .filter(rule -> rule.effect() == Effect.PERMIT)
            .map(rule -> Goal.isNotTrue(rule.when()))
            .toList());
  }

  /** Whoever acts on an allowing answer must meet this obligation. */
  static Goal oblige(List<Rule> rules, Obligation duty) {
    return new Goal.Any(
        rules.stream()
            .filter(rule -> rule.obligations().contains(duty))
            .map(rule -> Goal.isTrue(rule.when()))
            .toList());
  }

  /** No rule lays this obligation. */
  static Goal doNotOblige(List<Rule> rules, Obligation duty) {
    return new Goal.All(
        rules.stream()
            .filter(rule -> rule.obligations().contains(duty))
            .map(rule -> Goal.isNotTrue(rule.when()))
            .toList());
  }

  /** Whether both are the same rules but for their reasons: nothing can differ then. */
  static boolean same(List<Rule> one, List<Rule> other) {
    return effects(one).equals(effects(other));
  }

  private static List<List<Object>> effects(List<Rule> rules) {
    return rules.stream()
        .map(rule -> List.<Object>of(rule.effect(), rule.when(), rule.obligations()))
        .toList();
  }

  private static List<Goal> noneDenies(List<Rule> rules) {
    return rules.stream()
        .filter(rule -> rule.effect() != Effect.PERMIT)
        .map(rule -> (Goal) new Goal.Is(rule.when(), valuesThat(rule.effect(), false)))
        .toList();
  }

  private static Goal somePermits(List<Rule> rules) {
    return new Goal.Any(
        rules.stream()
            .filter(rule -> rule.effect() == Effect.PERMIT)
            .map(rule -> Goal.isTrue(rule.when()))
            .toList());
  }

  static Goal denies(Rule rule) {
    return new Goal.Is(rule.when(), valuesThat(rule.effect(), true));
  }

  private static Set<Ternary> valuesThat(Effect effect, boolean deny) {
    return Stream.of(Ternary.values())
        .filter(value -> effect.denies(value) == deny)
        .collect(Collectors.toUnmodifiableSet());
  }
}
