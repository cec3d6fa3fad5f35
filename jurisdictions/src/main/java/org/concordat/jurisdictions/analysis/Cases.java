package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Fact;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.TestCase;

/** Choices that reach a goal, as a case that people can read: no fact that is not needed. */
final class Cases {
  private static final String SOME_MEMBER = "some-member";
  private static final int MAX_NAME_CHARS = 200;

  private Cases() {}

  /** Leaves out what can be left out; every variable is settled afterwards. */
  static void simplify(Space space, Formula goal, Assignment at) {
    simplify(space, goal, at, -1);
  }

  /** The same, with one variable that stays as it is. */
  static void simplify(Space space, Formula goal, Assignment at, int kept) {
    List<Variable> variables = space.variables();
    for (int i = 0; i < variables.size(); i++) {
      if (at.choice(i) < 0) {
        at.settle(i, 0);
      }
    }
    for (int i = variables.size() - 1; i >= 0; i--) {
      int before = at.choice(i);
      at.settle(i, i == kept ? before : 0);
      if (goal.at(at) != Formula.Outlook.REACHED) {
        at.settle(i, before);
      }
    }
  }

  /** The case of a settled assignment. */
  static TestCase of(Space space, Assignment at, String name, Action action, Instant now) {
    Facts alliance = Facts.none();
    Facts member = Facts.none();
    Instant then = now;
    String id = SOME_MEMBER;
    for (int i = 0; i < space.variables().size(); i++) {
      Choice choice = space.variables().get(i).choices().get(at.choice(i));
      then = choice.now().orElse(then);
      if (choice.fact().isPresent()) {
        Fact fact = choice.fact().get();
        id = fact.name() == FactName.MEMBER ? fact.value().toString() : id;
        member = Choice.isOfMember(fact) ? member.with(fact) : member;
        alliance = Choice.isOfMember(fact) ? alliance : alliance.with(fact);
      }
    }
    return new TestCase(
        name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS - 3) + "..." : name,
        action,
        then,
        alliance,
        Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(id, member))),
        Optional.empty(),
        Collections.emptySortedMap(),
        List.of());
  }
}
