package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One rule of a policy. */
public record Rule(
    String id,
    Effect effect,
    Set<Action> actions,
    Condition when,
    String because,
    Set<Obligation> obligations) {
  public boolean appliesTo(Action action) {
    return actions.contains(action);
  }

  /** Whether some fact is compared with another one. */
  boolean comparesFacts() {
    List<Comparison> found = new ArrayList<>();
    when.forEachComparison(found::add);
    return found.stream().anyMatch(one -> one.operand() instanceof Operand.OtherFact);
  }

  /** Every fact its condition reads, on either side of a comparison. */
  public Set<FactName> reads() {
    Set<FactName> facts = EnumSet.noneOf(FactName.class);
    when.forEachComparison(
        comparison -> {
          facts.add(comparison.fact());
          if (comparison.operand() instanceof Operand.OtherFact other) {
            facts.add(other.fact());
          }
        });
    return facts;
  }
}
