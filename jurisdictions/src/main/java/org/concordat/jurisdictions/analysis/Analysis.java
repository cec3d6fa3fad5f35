package org.concordat.jurisdictions.analysis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.Rule;
import org.concordat.jurisdictions.TestCase;

/** Claims about a policy, answered for all facts. */
public final class Analysis {
  private Analysis() {}

  /**
   * Whether a claim holds for all facts and all times. A counterexample has been put to the policy
   * itself, which answered as it says.
   *
   * @param now taken in a counterexample where it makes no difference when it is
   */
  public static Answer prove(Policy policy, Question question, Instant now, Limits limits) {
    List<Rule> rules = policy.document().rulesFor(question.action());
    Goal goal = question.counterexample(rules);
    Work work = new Work(limits);
    try {
      Optional<TestCase> found = example(goal, question.action(), question.text(), now, work);
      return found
          .<Answer>map(one -> refuted(policy, question, one))
          .orElseGet(() -> new Answer.Proved(work.done()));
    } catch (TooLargeException large) {
      return new Answer.Undecided(String.valueOf(large.getMessage()));
    }
  }

  private static Answer refuted(Policy policy, Question question, TestCase found) {
    TestCase one = expecting(found, !question.always());
    return new Answer.Refuted(one, ask(policy, one));
  }

  /** A case that reaches the goal, with few facts; empty where no facts reach it. */
  static Optional<TestCase> example(Goal goal, Action action, String name, Instant now, Work work) {
    Space space = Space.of(List.of(goal), now, work);
    Formula formula = space.formula(goal);
    Assignment at = new Assignment(space.variables().size(), work);
    if (!Search.reach(space, formula, at)) {
      return Optional.empty();
    }
    Cases.simplify(space, formula, at);
    return Optional.of(Cases.of(space, at, name, action, now));
  }

  static TestCase expecting(TestCase one, boolean allowed) {
    return new TestCase(
        one.name(),
        one.action(),
        one.now(),
        one.alliance(),
        one.members(),
        Optional.of(allowed),
        one.expectMembers(),
        one.decidedBy());
  }

  /** The policy's answer, which must be what the case expects: two ways to work it out agree. */
  static Decision ask(Policy policy, TestCase one) {
    Decision decision = policy.evaluateOnly(one.action(), one.alliance(), one.members(), one.now());
    if (one.expect().isPresent() && decision.allowed() != one.expect().get()) {
      throw new IllegalStateException(
          "analysis and evaluation of policy '" + policy.name() + "' differ on: " + one);
    }
    return decision;
  }
}
