package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of one action, made ready once and answered often: whether a member is allowed, and
 * with which obligations. {@link Evaluator} says why.
 */
final class CompiledRules {
  private static final int NOT_ALLOWED = -1;

  /** A rule that must be TRUE (require) or FALSE (forbid). */
  private record Hurdle(CompiledCondition when, Ternary wanted, int obligations) {}

  private record Permit(CompiledCondition when, int obligations) {}

  private final Hurdle[] hurdles;
  private final Permit[] permits;

  private CompiledRules(List<Rule> rules) {
    this.hurdles =
        rules.stream()
            .filter(rule -> rule.effect() != Effect.PERMIT)
            .map(CompiledRules::hurdle)
            .toArray(Hurdle[]::new);
    this.permits =
        rules.stream()
            .filter(rule -> rule.effect() == Effect.PERMIT)
            .map(rule -> new Permit(CompiledCondition.of(rule.when()), bits(rule)))
            .toArray(Permit[]::new);
  }

  /** Those of each action. */
  static Map<Action, CompiledRules> of(PolicyDocument document) {
    Map<Action, CompiledRules> compiled = new EnumMap<>(Action.class);
    for (Action action : Action.values()) {
      compiled.put(action, new CompiledRules(document.rulesFor(action)));
    }
    return compiled;
  }

  private static Hurdle hurdle(Rule rule) {
    Ternary wanted = rule.effect() == Effect.FORBID ? Ternary.FALSE : Ternary.TRUE;
    return new Hurdle(
        CompiledCondition.of(rule.when()), wanted, wanted == Ternary.TRUE ? bits(rule) : 0);
  }

  private static int bits(Rule rule) {
    int bits = 0;
    for (Obligation obligation : rule.obligations()) {
      bits |= 1 << obligation.ordinal();
    }
    return bits;
  }

  /** Decides about every member; no answer is yes where none is touched. */
  Answer answer(World world) {
    int obligations = 0;
    for (Facts member : world.members().values()) {
      int more = answer(world.alliance(), member, world.now());
      if (more == NOT_ALLOWED) {
        return Answer.NO;
      }
      obligations |= more;
    }
    return world.members().isEmpty() ? Answer.NO : new Answer(true, obligations);
  }

  private int answer(Facts alliance, Facts member, Instant now) {
    int obligations = 0;
    for (Hurdle hurdle : hurdles) {
      if (hurdle.when().value(alliance, member, now) != hurdle.wanted()) {
        return NOT_ALLOWED;
      }
      obligations |= hurdle.obligations();
    }
    boolean permitted = false;
    for (Permit permit : permits) {
      boolean matters = !permitted || (permit.obligations() & ~obligations) != 0;
      if (matters && permit.when().value(alliance, member, now) == Ternary.TRUE) {
        permitted = true;
        obligations |= permit.obligations();
      }
    }
    return permitted ? obligations : NOT_ALLOWED;
  }

  /**
   * Whether all members touched are allowed.
   *
   * @param bits obligations: bit by ordinal
   */
  record Answer(boolean allowed, int bits) {
    static final Answer NO = new Answer(false, 0);
    private static final List<Obligation> ALL = List.of(Obligation.values());

    Set<Obligation> obligations() {
      Set<Obligation> found = EnumSet.noneOf(Obligation.class);
      for (Obligation one : ALL) {
        if ((bits >> one.ordinal() & 1) == 1) {
          found.add(one);
        }
      }
      return found;
    }
  }
}
