package org.concordat.jurisdictions.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Operator;
import org.concordat.jurisdictions.PolicyText;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.Ternary;

/**
 * A claim about all facts: that an action is never, or always, allowed to a member where certain
 * things are so.
 *
 * @param always whether it is always allowed; else never
 * @param when what is known to be so; all of it
 * @param without facts that are not stated, or have expired
 * @param complete whether only facts are meant to which each rule of the action has a definite
 *     answer: stated, in force, from sources that the rules take, and lists in force
 */
public record Question(
    Action action, boolean always, List<Condition> when, List<FactName> without, boolean complete) {

  public Question {
    when = List.copyOf(when);
    without = List.copyOf(without);
  }

  /** What a counterexample is: allowed where it should not be, or the other way round. */
  Goal counterexample(List<Rule> rules) {
    List<Goal> parts = new ArrayList<>();
    when.forEach(condition -> parts.add(Goal.isTrue(condition)));
    without.forEach(fact -> parts.add(new Goal.Is(present(fact), Set.of(Ternary.UNKNOWN))));
    if (complete) {
      rules.forEach(rule -> rule.when().forEachComparison(one -> parts.add(known(one))));
    }
    parts.add(always ? Rules.deny(rules) : Rules.allow(rules));
    return new Goal.All(parts);
  }

  private static Goal known(Condition condition) {
    return new Goal.Is(condition, Set.of(Ternary.TRUE, Ternary.FALSE));
  }

  private static Condition present(FactName fact) {
    return new Comparison(fact, Set.of(), Operator.PRESENT, new Operand.Nothing());
  }

  /** The claim in one sentence, as it was understood. */
  public String text() {
    List<String> conditions = new ArrayList<>();
    when.forEach(condition -> conditions.add(PolicyText.words(condition)));
    without.forEach(fact -> conditions.add(fact + " is not stated, or has expired"));
    if (complete) {
      conditions.add("every fact that the rules read is stated and taken, and every list in force");
    }
    return action
        + " is "
        + (always ? "always" : "never")
        + " allowed"
        + (conditions.isEmpty()
            ? ""
            : conditions.stream().collect(Collectors.joining(" and ", " where ", "")));
  }
}
