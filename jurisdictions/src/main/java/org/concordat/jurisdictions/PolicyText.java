package org.concordat.jurisdictions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A policy in sentences, as somebody should read it before signing. */
public final class PolicyText {
  private PolicyText() {}

  static List<String> of(PolicyDocument policy) {
    List<String> lines = new ArrayList<>();
    policy.rules().forEach(rule -> lines.add(sentence(policy, rule)));
    for (Action action : Action.values()) {
      if (policy.rulesFor(action).stream().noneMatch(rule -> rule.effect() == Effect.PERMIT)) {
        lines.add("Nothing permits " + action + ": it is always denied.");
      }
    }
    for (ValueList list : policy.lists().values()) {
      lines.add(
          "List '"
              + list.name()
              + "' is "
              + words(list.values())
              + ", as of "
              + list.asOf()
              + " ("
              + list.source()
              + ")"
              + (list.expires() == null ? "" : "; rules that use it deny from " + list.expires())
              + ".");
    }
    return lines;
  }

  static String sentence(PolicyDocument policy, Rule rule) {
    String duties =
        rule.obligations().isEmpty()
            ? ""
            : " Whoever acts on it must meet: "
                + rule.obligations().stream()
                    .sorted()
                    .map(one -> words(policy, one))
                    .collect(Collectors.joining(", "))
                + ".";
    return "Rule '"
        + rule.id()
        + "' "
        + clause(rule)
        + ". Reason: "
        + rule.because()
        + "."
        + duties;
  }

  /** What a rule does and when, without its id, reason and obligations. */
  public static String clause(Rule rule) {
    String actions = and(rule.actions().stream().sorted().map(Action::text).toList(), "and");
    String when = words(rule.when(), false);
    return switch (rule.effect()) {
      case FORBID -> "forbids " + actions + " if " + when + ", and if that is not known";
      case REQUIRE -> "requires of " + actions + " that " + when;
      case PERMIT -> "permits " + actions + " if " + when;
    };
  }

  /** A condition in words, such as {@code purpose is medical-research}. */
  public static String words(Condition condition) {
    return words(condition, false);
  }

  private static String words(PolicyDocument policy, Obligation obligation) {
    Integer bound = policy.bounds().get(obligation);
    return obligation.text() + (bound == null ? "" : " (" + bound + ")");
  }

  private static String words(Condition condition, boolean nested) {
    if (condition instanceof Comparison one) {
      return words(one);
    }
    if (condition instanceof Condition.Not not) {
      return "it is not so that " + words(not.part(), true);
    }
    List<Condition> parts =
        condition instanceof Condition.All all ? all.parts() : ((Condition.Any) condition).parts();
    String and = condition instanceof Condition.All ? " and " : " or ";
    String joined = parts.stream().map(part -> words(part, true)).collect(Collectors.joining(and));
    return nested && parts.size() > 1 ? "(" + joined + ")" : joined;
  }

  private static String words(Comparison one) {
    String fact = one.fact() + from(one.from());
    String operand = operand(one.operand());
    return switch (one.operator()) {
      case EQUALS -> fact + " is " + operand;
      case NOT_EQUALS -> fact + " is another than " + operand;
      case IN -> fact + " is one of " + operand;
      case NOT_IN -> fact + " is none of " + operand;
      case SUBSET_OF -> fact + " are all among " + operand;
      case AT_LEAST -> fact + " is at least " + operand;
      case AT_MOST -> fact + " is at most " + operand;
      case PRESENT -> fact + " is stated";
    };
  }

  private static String operand(Operand operand) {
    if (operand instanceof Operand.Literal literal) {
      return literal.value().toString();
    }
    if (operand instanceof Operand.Words words) {
      return words(words.words());
    }
    if (operand instanceof Operand.Named named) {
      return "the list '" + named.list().name() + "'";
    }
    if (operand instanceof Operand.OtherFact other) {
      return other.fact() + from(other.from());
    }
    return "";
  }

  private static String from(Set<FactSource> sources) {
    return sources.isEmpty()
        ? ""
        : " (as stated by "
            + and(new TreeSet<>(sources).stream().map(FactSource::text).toList(), "or")
            + ")";
  }

  private static String words(Collection<String> words) {
    return String.join(", ", words);
  }

  private static String and(List<String> items, String and) {
    int last = items.size() - 1;
    return last < 1
        ? String.join("", items)
        : String.join(", ", items.subList(0, last)) + " " + and + " " + items.get(last);
  }
}
