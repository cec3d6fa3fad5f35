package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.jurisdictions.Comparison;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Ternary;

/**
 * All facts and times, as far as some conditions can tell them apart: a few variables with a few
 * choices each.
 */
final class Space {
  private final List<Variable> variables;
  private final Map<Comparison, Term.Compare> tables;
  private final Map<Condition, Term> terms = new IdentityHashMap<>();

  private Space(List<Variable> variables, Map<Comparison, Term.Compare> tables) {
    this.variables = variables;
    this.tables = tables;
  }

  /**
   * @param now taken where it makes no difference when it is
   * @throws TooLargeException where the limit of work is passed
   */
  static Space of(List<Goal> goals, Instant now, Work work) {
    Map<Comparison, Integer> found = new java.util.LinkedHashMap<>();
    for (Goal goal : goals) {
      goal.forEachCondition(
          condition -> condition.forEachComparison(one -> found.putIfAbsent(one, found.size())));
    }
    List<Comparison> comparisons = List.copyOf(found.keySet());
    List<Variable> raw = new Statements(comparisons, work).variables();
    Times.of(comparisons, now).ifPresent(raw::add);
    Tables tables = new Tables(raw, comparisons, now, work);
    return new Space(tables.variables(), tables.terms());
  }

  List<Variable> variables() {
    return variables;
  }

  /** The variable of a fact, or -1 where no condition reads it. */
  int variable(FactName fact) {
    for (int i = 0; i < variables.size(); i++) {
      if (variables.get(i).fact().equals(Optional.of(fact))) {
        return i;
      }
    }
    return -1;
  }

  /** The goal over these variables; its conditions must be among those of the space. */
  Formula formula(Goal goal) {
    if (goal instanceof Goal.Is is) {
      int values = 0;
      for (Ternary value : is.values()) {
        values |= 1 << value.ordinal();
      }
      return new Formula.Is(term(is.condition()), values);
    }
    List<Formula> parts = new ArrayList<>();
    if (goal instanceof Goal.All all) {
      all.parts().forEach(part -> parts.add(formula(part)));
      return new Formula.All(parts);
    }
    ((Goal.Any) goal).parts().forEach(part -> parts.add(formula(part)));
    return new Formula.Any(parts);
  }

  private Term term(Condition condition) {
    Term known = terms.get(condition);
    if (known == null) {
      known = newTerm(condition);
      terms.put(condition, known);
    }
    return known;
  }

  private Term newTerm(Condition condition) {
    if (condition instanceof Condition.All all) {
      return new Term.All(all.parts().stream().map(this::term).toList());
    }
    if (condition instanceof Condition.Any any) {
      return new Term.Any(any.parts().stream().map(this::term).toList());
    }
    if (condition instanceof Condition.Not not) {
      return new Term.Not(term(not.part()));
    }
    Term.Compare table = tables.get((Comparison) condition);
    if (table == null) {
      throw new IllegalStateException("a comparison that is not of this space: " + condition);
    }
    return table;
  }
}
