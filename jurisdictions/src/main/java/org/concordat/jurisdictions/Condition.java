package org.concordat.jurisdictions;

import java.util.List;
import java.util.function.Consumer;

/**
 * A condition over facts. Every part is evaluated, without short cuts, so that the trace names all
 * facts that matter.
 *
 * <p>Monotone: stating a fact that was missing never turns TRUE into FALSE or FALSE into TRUE, only
 * UNKNOWN into either; so leaving a fact out never gains a permission.
 */
public sealed interface Condition permits Condition.All, Condition.Any, Condition.Not, Comparison {
  Ternary evaluate(View view, Trace trace);

  /** Calls back for each comparison in it. */
  void forEachComparison(Consumer<Comparison> consumer);

  /** TRUE if all are; FALSE if one is. */
  record All(List<Condition> parts) implements Condition {
    @Override
    public Ternary evaluate(View view, Trace trace) {
      return parts.stream()
          .map(part -> part.evaluate(view, trace))
          .reduce(Ternary.TRUE, Ternary::and);
    }

    @Override
    public void forEachComparison(Consumer<Comparison> consumer) {
      parts.forEach(part -> part.forEachComparison(consumer));
    }
  }

  /** TRUE if one is; FALSE if all are. */
  record Any(List<Condition> parts) implements Condition {
    @Override
    public Ternary evaluate(View view, Trace trace) {
      return parts.stream()
          .map(part -> part.evaluate(view, trace))
          .reduce(Ternary.FALSE, Ternary::or);
    }

    @Override
    public void forEachComparison(Consumer<Comparison> consumer) {
      parts.forEach(part -> part.forEachComparison(consumer));
    }
  }

  /** The opposite; UNKNOWN stays. */
  record Not(Condition part) implements Condition {
    @Override
    public Ternary evaluate(View view, Trace trace) {
      return part.evaluate(view, trace).not();
    }

    @Override
    public void forEachComparison(Consumer<Comparison> consumer) {
      part.forEachComparison(consumer);
    }
  }
}
