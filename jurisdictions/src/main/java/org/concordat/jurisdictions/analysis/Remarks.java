package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Effect;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Operand;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.ValueList;

/**
 * What somebody should know of a policy before signing it, found for all facts: rules that
 * contradict each other, rules that can never matter, lists that are not used or have expired.
 */
public final class Remarks {
  private final Policy policy;
  private final Instant now;
  private final Limits limits;
  private final List<String> remarks = new ArrayList<>();
  private final Map<Action, Looked> looked = new EnumMap<>(Action.class);

  /** What is known of an action. */
  private enum Looked {
    MAY_BE_ALLOWED,
    NEVER_ALLOWED,
    TOO_LARGE
  }

  private Remarks(Policy policy, Instant now, Limits limits) {
    this.policy = policy;
    this.now = now;
    this.limits = limits;
  }

  /** All remarks in sentences; the limit holds for each rule, and for each action. */
  public static List<String> on(Policy policy, Instant now, Limits limits) {
    Remarks remarks = new Remarks(policy, now, limits);
    for (Action action : Action.values()) {
      remarks.contradictions(action);
    }
    policy.document().rules().forEach(remarks::idle);
    remarks.lists();
    return List.copyOf(remarks.remarks);
  }

  private void contradictions(Action action) {
    List<Rule> rules = policy.document().rulesFor(action);
    if (rules.stream().noneMatch(rule -> rule.effect() == Effect.PERMIT)) {
      looked.put(action, Looked.NEVER_ALLOWED);
      return;
    }
    try {
      if (isReachable(Rules.allow(rules), new Work(limits))) {
        looked.put(action, Looked.MAY_BE_ALLOWED);
        return;
      }
      looked.put(action, Looked.NEVER_ALLOWED);
      remarks.add(
          action
              + " is never allowed, whatever the facts: "
              + quoted(contradicting(rules))
              + " cannot be met together");
    } catch (TooLargeException large) {
      looked.put(action, Looked.TOO_LARGE);
      remarks.add("whether " + action + " can ever be allowed is undecided: " + large.getMessage());
    }
  }

  /**
   * As few rules as contradict each other: each is needed for it, one way or another. Permits count
   * as one, since one of them is enough.
   */
  private List<Rule> contradicting(List<Rule> rules) {
    List<Rule> core = new ArrayList<>(rules);
    for (Rule rule : rules) {
      List<Rule> fewer = new ArrayList<>(core);
      fewer.remove(rule);
      if (rule.effect() != Effect.PERMIT && !isReachable(Rules.allow(fewer), new Work(limits))) {
        core = fewer;
      }
    }
    return core;
  }

  private void idle(Rule rule) {
    Set<Action> asked = new LinkedHashSet<>();
    for (Action action : rule.actions()) {
      if (looked.get(action) == Looked.MAY_BE_ALLOWED) {
        asked.add(action);
      }
    }
    if (asked.isEmpty()) {
      idleWhereNothingIsAllowed(rule);
      return;
    }
    Work work = new Work(limits);
    try {
      for (Action action : asked) {
        if (matters(rule, policy.document().rulesFor(action), work)) {
          return;
        }
      }
      String also = asked.containsAll(rule.actions()) ? "" : " for " + texts(asked);
      remarks.add(
          "rule '" + rule.id() + "' never matters" + also + ": " + reason(rule, asked, work));
    } catch (TooLargeException large) {
      remarks.add(
          "whether rule '" + rule.id() + "' ever matters is undecided: " + large.getMessage());
    }
  }

  /** A contradiction is told already; a rule about what nothing permits says nothing further. */
  private void idleWhereNothingIsAllowed(Rule rule) {
    boolean unpermitted =
        rule.actions().stream()
            .map(policy.document()::rulesFor)
            .allMatch(rules -> rules.stream().noneMatch(one -> one.effect() == Effect.PERMIT));
    if (unpermitted) {
      remarks.add(
          "rule '"
              + rule.id()
              + "' never matters: nothing permits "
              + texts(rule.actions())
              + " anyway");
    }
  }

  private String reason(Rule rule, Set<Action> asked, Work work) {
    boolean deniesEver = rule.effect() != Effect.PERMIT && isReachable(Rules.denies(rule), work);
    boolean holdsEver = isReachable(Goal.isTrue(rule.when()), work);
    if (rule.effect() == Effect.PERMIT) {
      return holdsEver
          ? "whatever it permits is permitted by another rule, or denied"
          : "its condition can never hold";
    }
    return deniesEver
        ? "whatever it denies is denied by other rules, for " + texts(asked)
        : "its condition is the same for all facts";
  }

  /** Whether an answer or an obligation would be another without the rule. */
  private boolean matters(Rule rule, List<Rule> rules, Work work) {
    List<Rule> others = new ArrayList<>(rules);
    others.remove(rule);
    List<Goal> ways = new ArrayList<>();
    if (rule.effect() == Effect.PERMIT) {
      ways.add(Goal.all(Rules.allow(rules), Rules.deny(others)));
    } else {
      ways.add(Goal.all(Rules.allow(others), Rules.denies(rule)));
    }
    for (Obligation duty : rule.obligations()) {
      ways.add(
          Goal.all(Rules.allow(rules), Goal.isTrue(rule.when()), Rules.doNotOblige(others, duty)));
    }
    return isReachable(new Goal.Any(ways), work);
  }

  private boolean isReachable(Goal goal, Work work) {
    Space space = Space.of(List.of(goal), now, work);
    Assignment at = new Assignment(space.variables().size(), work);
    return Search.reach(space, space.formula(goal), at);
  }

  private void lists() {
    Set<String> used = new LinkedHashSet<>();
    for (Rule rule : policy.document().rules()) {
      rule.when()
          .forEachComparison(
              one -> {
                if (one.operand() instanceof Operand.Named named) {
                  used.add(named.list().name());
                }
              });
    }
    for (ValueList list : policy.document().lists().values()) {
      if (!used.contains(list.name())) {
        remarks.add("list '" + list.name() + "' is used by no rule");
      } else if (!list.isInForce(now)) {
        remarks.add(
            "list '"
                + list.name()
                + "' expired at "
                + list.expires()
                + ": rules that use it are undecided, which denies");
      }
    }
  }

  private static String texts(Set<Action> actions) {
    return actions.stream().sorted().map(Action::text).collect(Collectors.joining(", "));
  }

  private static String quoted(List<Rule> rules) {
    return (rules.size() == 1 ? "rule " : "rules ")
        + rules.stream().map(rule -> "'" + rule.id() + "'").collect(Collectors.joining(", "));
  }
}
