package org.concordat.jurisdictions;

import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * One fact compared with something. UNKNOWN when the fact, or what it is compared with, is missing,
 * expired or not from a source in {@code from}; {@code present} is TRUE or UNKNOWN, never FALSE.
 *
 * @param from sources taken; empty for any
 */
public record Comparison(FactName fact, Set<FactSource> from, Operator operator, Operand operand)
    implements Condition {

  @Override
  public Ternary evaluate(View view, Trace trace) {
    View.Found found = view.find(fact, from);
    Fact left = found.fact();
    if (left == null) {
      note(found, trace);
      return Ternary.UNKNOWN;
    }
    trace.used(left);
    if (operand instanceof Operand.OtherFact other) {
      View.Found right = view.find(other.fact(), other.from());
      note(right, trace);
      return right.fact() == null
          ? Ternary.UNKNOWN
          : Ternary.known(compare(left.value(), right.fact().value()));
    }
    if (operand instanceof Operand.Named named && !named.list().isInForce(view.now())) {
      String why = "list '" + named.list().name() + "' expired at " + named.list().expires();
      trace.missing(new MissingFact(fact, why));
      return Ternary.UNKNOWN;
    }
    return Ternary.known(holds(left.value()));
  }

  /** Whether the comparison with a literal or a list holds for this value; lists as if in force. */
  boolean holds(FactValue left) {
    if (operand instanceof Operand.Literal literal) {
      return compare(left, literal.value());
    }
    if (operand instanceof Operand.Words words) {
      return isAmong(left, words.words());
    }
    if (operand instanceof Operand.Named named) {
      return isAmong(left, named.words());
    }
    return true;
  }

  /** Whether two single values compare so. */
  boolean compare(FactValue left, FactValue right) {
    return switch (operator) {
      case EQUALS -> left.equals(right);
      case NOT_EQUALS -> !left.equals(right);
      case AT_LEAST -> number(left) >= number(right);
      case AT_MOST -> number(left) <= number(right);
      default -> throw new IllegalStateException(operator + " takes no single value");
    };
  }

  private boolean isAmong(FactValue left, SortedSet<String> words) {
    return switch (operator) {
      case IN -> words.contains(left.toString());
      case NOT_IN -> !words.contains(left.toString());
      case SUBSET_OF -> words.containsAll(((FactValue.TextSet) left).texts());
      default -> throw new IllegalStateException(operator + " takes no list");
    };
  }

  private static double number(FactValue value) {
    return ((FactValue.Number) value).value();
  }

  private static void note(View.Found found, Trace trace) {
    MissingFact missing = found.missing();
    if (missing != null) {
      trace.missing(missing);
    }
    Fact fact = found.fact();
    if (fact != null) {
      trace.used(fact);
    }
  }

  @Override
  public void forEachComparison(Consumer<Comparison> consumer) {
    consumer.accept(this);
  }
}
