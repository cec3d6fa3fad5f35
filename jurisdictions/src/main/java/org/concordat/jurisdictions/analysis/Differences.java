package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.TestCase;

/**
 * Where two policies answer otherwise, found for all facts: for each action, and for each kind of
 * member that their rules tell apart, one example each way.
 *
 * @param changes empty with nothing undecided: both give the same answers with the same obligations
 * @param undecided what could not be found out within the limit, in sentences
 */
public record Differences(List<Difference> changes, List<String> undecided) {

  /** Whether both give the same answer, with the same obligations, to every question. */
  public boolean none() {
    return changes.isEmpty() && undecided.isEmpty();
  }

  /** The changes in groups that one sentence tells each. */
  public List<List<Difference>> alike() {
    List<List<Difference>> groups = new ArrayList<>();
    for (Difference change : changes) {
      Optional<List<Difference>> known =
          groups.stream().filter(group -> group.get(0).isLike(change)).findFirst();
      if (known.isPresent()) {
        known.get().add(change);
      } else {
        groups.add(new ArrayList<>(List.of(change)));
      }
    }
    return groups;
  }

  /** Compares two policies; the limit holds for each action. */
  public static Differences between(Policy before, Policy after, Instant now, Limits limits) {
    List<Difference> changes = new ArrayList<>();
    List<String> undecided = new ArrayList<>();
    for (Action action : Action.values()) {
      try {
        changes.addAll(new OneAction(before, after, action, now, new Work(limits)).changes());
      } catch (TooLargeException large) {
        undecided.add(
            "Whether " + action + " is answered otherwise is undecided: " + large.getMessage());
      }
    }
    return new Differences(List.copyOf(changes), List.copyOf(undecided));
  }

  /** The search about one action. */
  private static final class OneAction {
    private final Policy before;
    private final Policy after;
    private final Action action;
    private final Instant now;
    private final Work work;
    private final List<Rule> old;
    private final List<Rule> fresh;
    private final Space space;
    private final Who who;

    OneAction(Policy before, Policy after, Action action, Instant now, Work work) {
      this.before = before;
      this.after = after;
      this.action = action;
      this.now = now;
      this.work = work;
      this.old = before.document().rulesFor(action);
      this.fresh = after.document().rulesFor(action);
      this.space = Space.of(List.of(Rules.allow(old), Rules.allow(fresh)), now, work);
      this.who = Who.of(space);
    }

    List<Difference> changes() {
      List<Difference> changes = new ArrayList<>();
      if (Rules.same(old, fresh) && duties().stream().noneMatch(this::hasAnotherBound)) {
        return changes;
      }
      for (Who.Group group : who.groups()) {
        may(group, Difference.Kind.MAY_NOW).ifPresent(changes::add);
        may(group, Difference.Kind.MAY_NO_MORE).ifPresent(changes::add);
        for (Obligation duty : duties()) {
          must(group, duty, Difference.Kind.MUST_NOW).ifPresent(changes::add);
          must(group, duty, Difference.Kind.MUST_NO_MORE).ifPresent(changes::add);
          if (hasAnotherBound(duty)) {
            mustOtherwise(group, duty).ifPresent(changes::add);
          }
        }
      }
      return changes;
    }

    private Set<Obligation> duties() {
      Set<Obligation> duties = EnumSet.noneOf(Obligation.class);
      old.forEach(rule -> duties.addAll(rule.obligations()));
      fresh.forEach(rule -> duties.addAll(rule.obligations()));
      return duties;
    }

    private Optional<Difference> may(Who.Group group, Difference.Kind kind) {
      boolean more = kind == Difference.Kind.MAY_NOW;
      List<Rule> allowing = more ? fresh : old;
      List<Rule> denying = more ? old : fresh;
      return find(group, Goal.all(Rules.allow(allowing), Rules.deny(denying)))
          .map(
              found ->
                  difference(
                      kind,
                      group,
                      find(group, Rules.allow(denying)).isEmpty(),
                      List.of(),
                      found,
                      !more,
                      more));
    }

    private Optional<Difference> must(Who.Group group, Obligation duty, Difference.Kind kind) {
      boolean more = kind == Difference.Kind.MUST_NOW;
      List<Rule> obliging = more ? fresh : old;
      List<Rule> silent = more ? old : fresh;
      Goal goal =
          Goal.all(
              Rules.allow(old),
              Rules.allow(fresh),
              Rules.oblige(obliging, duty),
              Rules.doNotOblige(silent, duty));
      return find(group, goal)
          .map(found -> difference(kind, group, false, List.of(duty), found, true, true));
    }

    private boolean hasAnotherBound(Obligation duty) {
      return !before.bound(duty).equals(after.bound(duty));
    }

    /** Both oblige to it, with another number. */
    private Optional<Difference> mustOtherwise(Who.Group group, Obligation duty) {
      Goal goal =
          Goal.all(
              Rules.allow(old),
              Rules.allow(fresh),
              Rules.oblige(old, duty),
              Rules.oblige(fresh, duty));
      return find(group, goal)
          .map(
              found ->
                  difference(
                      Difference.Kind.MUST_OTHERWISE,
                      group,
                      false,
                      List.of(duty),
                      found,
                      true,
                      true));
    }

    private Optional<TestCase> find(Who.Group group, Goal goal) {
      Formula formula = space.formula(goal);
      for (int choice : group.choices()) {
        Assignment at = new Assignment(space.variables().size(), work);
        if (who.variable() >= 0) {
          at.settle(who.variable(), choice);
        }
        if (Search.reach(space, formula, at)) {
          Cases.simplify(space, formula, at, who.variable());
          return Optional.of(Cases.of(space, at, "example", action, now));
        }
      }
      return Optional.empty();
    }

    private Difference difference(
        Difference.Kind kind,
        Who.Group group,
        boolean entirely,
        List<Obligation> duties,
        TestCase example,
        boolean allowedBefore,
        boolean allowedAfter) {
      Decision was = Analysis.ask(before, Analysis.expecting(example, allowedBefore));
      TestCase expected = Analysis.expecting(example, allowedAfter);
      Decision is = Analysis.ask(after, expected);
      return new Difference(
          action, kind, group.words(), entirely, duties, expected, was, is, bounds(duties));
    }

    private String bounds(List<Obligation> duties) {
      return duties.stream()
          .filter(this::hasAnotherBound)
          .map(duty -> "now " + bound(after, duty) + ", before " + bound(before, duty))
          .collect(Collectors.joining());
    }

    private static String bound(Policy policy, Obligation duty) {
      OptionalInt number = policy.bound(duty);
      return number.isPresent() ? String.valueOf(number.getAsInt()) : "none";
    }
  }
}
