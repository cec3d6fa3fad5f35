package org.concordat.jurisdictions;

import java.util.Set;
import java.util.SortedSet;

/** What a fact is compared with. */
public sealed interface Operand {
  /** A value written in the policy. */
  record Literal(FactValue value) implements Operand {}

  /** Another fact of the same type; {@code from} empty takes any source. */
  record OtherFact(FactName fact, Set<FactSource> from) implements Operand {}

  /** Words written in the policy, never empty. */
  record Words(SortedSet<String> words) implements Operand {}

  /** A dated list of the policy. */
  record Named(ValueList list, SortedSet<String> words) implements Operand {}

  /** For {@code present}. */
  record Nothing() implements Operand {}
}
