package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.FactValue;
import org.concordat.jurisdictions.View;

/**
 * One of the classes that the rules tell apart: a statement of a fact, or its absence, or a time.
 *
 * @param fact empty where it is not stated, which no rule tells from an expired statement
 * @param now the time, where that is what differs
 * @param alike values of the class that the rules name, the fact's own among them; one at least
 *     where a fact is stated
 * @param others whether the class has values that no rule names
 */
record Choice(Optional<Fact> fact, Optional<Instant> now, List<FactValue> alike, boolean others) {
  static final Choice NOT_STATED = new Choice(Optional.empty(), Optional.empty(), List.of(), false);

  static Choice at(Instant now) {
    return new Choice(Optional.empty(), Optional.of(now), List.of(), false);
  }

  static Choice stated(Fact fact, List<FactValue> alike, boolean others) {
    return new Choice(Optional.of(fact), Optional.empty(), List.copyOf(alike), others);
  }

  /** The same view with this stated in it. */
  View in(View view) {
    View then = now.map(at -> new View(view.alliance(), view.member(), at)).orElse(view);
    return fact.map(one -> with(then, one)).orElse(then);
  }

  private static View with(View view, Fact fact) {
    return isOfMember(fact)
        ? new View(view.alliance(), view.member().with(fact), view.now())
        : new View(view.alliance().with(fact), view.member(), view.now());
  }

  /** A fact that both may state stands at the member, unless the job states it. */
  static boolean isOfMember(Fact fact) {
    boolean both = fact.name().mayBeStated(true) && fact.name().mayBeStated(false);
    return both ? fact.source() != FactSource.JOB : fact.name().mayBeStated(true);
  }

  /** Numbers by their size, everything else by its text. */
  static final Comparator<FactValue> BY_VALUE =
      Comparator.<FactValue>comparingDouble(
              value -> value instanceof FactValue.Number number ? number.value() : 0)
          .thenComparing(FactValue::toString);
}
