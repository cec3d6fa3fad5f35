package org.concordat.jurisdictions;

import java.util.EnumSet;
import java.util.Set;

/** One rule of a policy. */
record Rule(
    String id,
    Effect effect,
    Set<Action> actions,
    Condition when,
    String because,
    Set<Obligation> obligations) {
  boolean appliesTo(Action action) {
    return actions.contains(action);
  }

  /** Every fact its condition reads, on either side of a comparison. */
  Set<FactName> reads() {
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
