package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition made ready to be answered often: it notes nothing, stops as soon as it knows, and
 * allocates nothing. The same answer as {@link Condition#evaluate}, which explains; {@code
 * CompiledRulesTest} holds both equal.
 */
interface CompiledCondition {
  Ternary value(Facts alliance, Facts member, Instant now);

  static CompiledCondition of(Condition condition) {
    if (condition instanceof Condition.All all) {
      return new All(parts(all.parts()));
    }
    if (condition instanceof Condition.Any any) {
      return new Any(parts(any.parts()));
    }
    if (condition instanceof Condition.Not not) {
      return new Not(of(not.part()));
    }
    return comparison((Comparison) condition);
  }

  private static CompiledCondition[] parts(List<Condition> parts) {
    return parts.stream().map(CompiledCondition::of).toArray(CompiledCondition[]::new);
  }

  private static CompiledCondition comparison(Comparison one) {
    Slot left = Slot.of(one.fact(), one.from());
    Operand operand = one.operand();
    if (operand instanceof Operand.Nothing) {
      return new Present(left);
    }
    if (operand instanceof Operand.OtherFact other) {
      return new Two(left, Slot.of(other.fact(), other.from()), one);
    }
    if (operand instanceof Operand.Literal literal) {
      boolean equal = one.operator() == Operator.EQUALS;
      return equal || one.operator() == Operator.NOT_EQUALS
          ? new Equal(left, literal.value(), Ternary.known(equal), Ternary.known(!equal))
          : new Holds(left, one);
    }
    Set<String> words;
    Instant expires = null;
    if (operand instanceof Operand.Named named) {
      words = named.words();
      expires = named.list().expires();
    } else {
      words = ((Operand.Words) operand).words();
    }
    if (one.operator() == Operator.SUBSET_OF) {
      return new Subset(left, Set.copyOf(words), expires);
    }
    boolean in = one.operator() == Operator.IN;
    return new Among(left, Set.copyOf(words), expires, Ternary.known(in), Ternary.known(!in));
  }

  /**
   * Where a fact stands, and from whom it is taken.
   *
   * @param sources bit by ordinal
   */
  record Slot(FactName name, FactName.Place place, int sources) {
    private static final int ANY = -1;

    static Slot of(FactName name, Set<FactSource> from) {
      int sources = from.isEmpty() ? ANY : 0;
      for (FactSource source : from) {
        sources |= 1 << source.ordinal();
      }
      return new Slot(name, name.place(), sources);
    }

    /** Its value in force, or null: {@link View#find} says why. */
    @Nullable FactValue find(Facts alliance, Facts member, Instant now) {
      Fact fact = place == FactName.Place.ALLIANCE ? null : member.orNull(name);
      if (fact == null && place != FactName.Place.MEMBER) {
        fact = alliance.orNull(name);
      }
      return fact != null && (sources >> fact.source().ordinal() & 1) == 1 && fact.isInForce(now)
          ? fact.value()
          : null;
    }
  }

  /** TRUE if all are; FALSE if one is. */
  record All(CompiledCondition[] parts) implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      Ternary least = Ternary.TRUE;
      for (CompiledCondition part : parts) {
        Ternary value = part.value(alliance, member, now);
        if (value == Ternary.FALSE) {
          return value;
        }
        least = least.and(value);
      }
      return least;
    }
  }

  /** TRUE if one is; FALSE if all are. */
  record Any(CompiledCondition[] parts) implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      Ternary greatest = Ternary.FALSE;
      for (CompiledCondition part : parts) {
        Ternary value = part.value(alliance, member, now);
        if (value == Ternary.TRUE) {
          return value;
        }
        greatest = greatest.or(value);
      }
      return greatest;
    }
  }

  /** The opposite; UNKNOWN stays. */
  record Not(CompiledCondition part) implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      return part.value(alliance, member, now).not();
    }
  }

  /** {@code present}: TRUE or UNKNOWN. */
  record Present(Slot slot) implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      return slot.find(alliance, member, now) == null ? Ternary.UNKNOWN : Ternary.TRUE;
    }
  }

  /** {@code equals} and {@code notEquals} with a value. */
  record Equal(Slot slot, FactValue value, Ternary same, Ternary other)
      implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      FactValue found = slot.find(alliance, member, now);
      return found == null ? Ternary.UNKNOWN : value.equals(found) ? same : other;
    }
  }

  /** {@code in} and {@code notIn}; text only. */
  record Among(
      Slot slot, Set<String> words, @Nullable Instant expires, Ternary inside, Ternary outside)
      implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      FactValue found = slot.find(alliance, member, now);
      if (found == null || expires != null && !now.isBefore(expires)) {
        return Ternary.UNKNOWN;
      }
      return words.contains(found.toString()) ? inside : outside;
    }
  }

  /** {@code subsetOf}. */
  record Subset(Slot slot, Set<String> words, @Nullable Instant expires)
      implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      FactValue found = slot.find(alliance, member, now);
      if (found == null || expires != null && !now.isBefore(expires)) {
        return Ternary.UNKNOWN;
      }
      return Ternary.known(words.containsAll(((FactValue.TextSet) found).texts()));
    }
  }

  /** {@code atLeast} and {@code atMost} with a number. */
  record Holds(Slot slot, Comparison comparison) implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      FactValue found = slot.find(alliance, member, now);
      return found == null ? Ternary.UNKNOWN : Ternary.known(comparison.holds(found));
    }
  }

  /** One fact compared with another. */
  record Two(Slot left, Slot right, Comparison comparison) implements CompiledCondition {
    @Override
    public Ternary value(Facts alliance, Facts member, Instant now) {
      FactValue one = left.find(alliance, member, now);
      FactValue other = right.find(alliance, member, now);
      return one == null || other == null
          ? Ternary.UNKNOWN
          : Ternary.known(comparison.compare(one, other));
    }
  }
}
