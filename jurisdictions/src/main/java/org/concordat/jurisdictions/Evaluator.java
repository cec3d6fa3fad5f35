package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Applies the rules of one action to one member: deny by forbid, deny by require, then some permit.
 */
final class Evaluator {
  private Evaluator() {}

  /**
   * The first rule that denies, alone in a list; where none denies but no permit is TRUE, all
   * permits (perhaps none at all). Empty when allowed.
   */
  static Optional<List<Rule>> firstObstacle(List<Rule> rules, View view) {
    boolean permitted = false;
    for (Rule rule : rules) {
      Ternary value = rule.when().evaluate(view, Trace.NONE);
      if (rule.effect().denies(value)) {
        return Optional.of(List.of(rule));
      }
      permitted |= rule.effect() == Effect.PERMIT && value == Ternary.TRUE;
    }
    return permitted
        ? Optional.empty()
        : Optional.of(rules.stream().filter(rule -> rule.effect() == Effect.PERMIT).toList());
  }

  /** The full verdict, without suggestions. */
  static MemberVerdict verdict(Action action, String member, List<Rule> rules, View view) {
    List<Trace> traces = new ArrayList<>();
    List<Ternary> values = new ArrayList<>();
    for (Rule rule : rules) {
      Trace trace = new Trace();
      values.add(rule.when().evaluate(view, trace));
      traces.add(trace);
    }
    Optional<List<Rule>> obstacle = firstObstacle(rules, view);
    boolean allowed = obstacle.isEmpty();
    boolean denied =
        obstacle.isPresent() && obstacle.get().stream().anyMatch(r -> r.effect() != Effect.PERMIT);
    List<RuleOutcome> outcomes = new ArrayList<>();
    Set<Fact> used = new LinkedHashSet<>();
    Set<MissingFact> missing = new LinkedHashSet<>();
    Set<Obligation> obligations = EnumSet.noneOf(Obligation.class);
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      Ternary value = values.get(i);
      boolean decided =
          denied
              ? rule.effect().denies(value)
              : rule.effect() == Effect.PERMIT && (!allowed || value == Ternary.TRUE);
      Trace trace = traces.get(i);
      outcomes.add(
          new RuleOutcome(
              rule.id(),
              rule.effect(),
              value,
              decided,
              rule.because(),
              trace.used(),
              trace.missing()));
      used.addAll(trace.used());
      missing.addAll(trace.missing());
      if (allowed && value == Ternary.TRUE) {
        obligations.addAll(rule.obligations());
      }
    }
    return new MemberVerdict(
        member,
        action,
        allowed,
        List.copyOf(outcomes),
        List.copyOf(used),
        List.copyOf(missing),
        Set.copyOf(obligations),
        List.of());
  }
}
