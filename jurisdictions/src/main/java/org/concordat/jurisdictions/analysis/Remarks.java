package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
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
  private final Work work;
  private final List<String> remarks = new ArrayList<>();
  private final Set<Action> allowedEver = EnumSet.noneOf(Action.class);

  private Remarks(Policy policy, Instant now, Limits limits) {
    this.policy = policy;
    this.now = now;
    this.work = new Work(limits);
  }

  /** All remarks in sentences; where the limit is passed, one of them says what is not known. */
  public static List<String> on(Policy policy, Instant now, Limits limits) {
    Remarks remarks = new Remarks(policy, now, limits);
    remarks.lists();
    remarks.contradictionsAndIdleRules();
    return List.copyOf(remarks.remarks);
  }

  private void contradictionsAndIdleRules() {
    String next = "";
    try {
      for (Action action : Action.values()) {
        next = "whether " + action + " is ever allowed, and which rules never matter";
        contradictions(action);
      }
      for (Rule rule : policy.document().rules()) {
        next = "whether rule '" + rule.id() + "', and those after it, ever matter";
        idle(rule);
      }
    } catch (TooLargeException large) {
      remarks.add(next + ", is undecided: " + large.getMessage());
    }
  }

  private void contradictions(Action action) {
    List<Rule> rules = policy.document().rulesFor(action);
    if (!isPermitted(rules)) {
      return;
    }
    if (isReachable(Rules.allow(rules))) {
      allowedEver.add(action);
      return;
    }
    remarks.add(
        action
            + " is never allowed, whatever the facts: "
            + quoted(contradicting(rules))
            + " cannot be met together");
  }

  private static boolean isPermitted(List<Rule> rules) {
    return rules.stream().anyMatch(rule -> rule.effect() == Effect.PERMIT);
  }

  /**
   * As few rules as contradict each other: without any of them the others could be met. Permits
   * stay, since one of them is enough.
   */
  private List<Rule> contradicting(List<Rule> rules) {
    List<Rule> core = new ArrayList<>(rules);
    for (Rule rule : rules) {
      List<Rule> fewer = new ArrayList<>(core);
      fewer.remove(rule);
      if (rule.effect() != Effect.PERMIT && !isReachable(Rules.allow(fewer))) {
        core = fewer;
      }
    }
    return core;
  }

  private void idle(Rule rule) {
    Set<Action> asked = EnumSet.copyOf(rule.actions());
    asked.retainAll(allowedEver);
    for (Action action : asked) {
      if (matters(rule, policy.document().rulesFor(action))) {
        return;
      }
    }
    boolean unpermitted =
        rule.actions().stream()
            .noneMatch(action -> isPermitted(policy.document().rulesFor(action)));
    if (!asked.isEmpty()) {
      String where = asked.containsAll(rule.actions()) ? "" : " for " + texts(asked);
      remarks.add("rule '" + rule.id() + "' never matters" + where + ": " + reason(rule));
    } else if (unpermitted) {
      remarks.add(
          "rule '%s' never matters: nothing permits %s anyway"
              .formatted(rule.id(), texts(rule.actions())));
    } // else a contradiction is told already
  }

  private String reason(Rule rule) {
    if (rule.effect() == Effect.PERMIT) {
      return isReachable(Goal.isTrue(rule.when()))
          ? "whatever it permits is permitted by another rule, or denied"
          : "its condition can never hold";
    }
    return isReachable(Rules.denies(rule))
        ? "whatever it denies is denied by other rules"
        : "it can never deny";
  }

  /** Whether an answer or an obligation would be another without the rule. */
  private boolean matters(Rule rule, List<Rule> rules) {
    List<Rule> others = new ArrayList<>(rules);
    others.remove(rule);
    List<Goal> ways = new ArrayList<>();
    if (rule.effect() == Effect.PERMIT) {
      ways.add(Rules.allowBy(rule, rules));
    } else {
      ways.add(Goal.all(Rules.denies(rule), Rules.allow(others)));
    }
    for (Obligation duty : rule.obligations()) {
      ways.add(
          Goal.all(Goal.isTrue(rule.when()), Rules.allow(rules), Rules.doNotOblige(others, duty)));
    }
    return isReachable(new Goal.Any(ways));
  }

  private boolean isReachable(Goal goal) {
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
