package org.concordat.jurisdictions.analysis;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.Ternary;

/** What is looked for: two-valued, over the three values of conditions. */
sealed interface Goal {
  /** The condition has one of these values. */
  record Is(Condition condition, Set<Ternary> values) implements Goal {}

  /** All are reached; with none it is. */
  record All(List<Goal> parts) implements Goal {}

  /** One is reached; with none it is not. */
  record Any(List<Goal> parts) implements Goal {}

  static Goal all(Goal... parts) {
    return new All(List.of(parts));
  }

  static Goal isTrue(Condition condition) {
    return new Is(condition, Set.of(Ternary.TRUE));
  }

  static Goal isNotTrue(Condition condition) {
    return new Is(condition, Set.of(Ternary.FALSE, Ternary.UNKNOWN));
  }

  /** Calls back for each condition in it. */
  default void forEachCondition(Consumer<Condition> consumer) {
    if (this instanceof Is is) {
      consumer.accept(is.condition());
    } else if (this instanceof All all) {
      all.parts().forEach(part -> part.forEachCondition(consumer));
    } else if (this instanceof Any any) {
      any.parts().forEach(part -> part.forEachCondition(consumer));
    }
  }
}
