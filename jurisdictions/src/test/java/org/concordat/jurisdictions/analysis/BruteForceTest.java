package org.concordat.jurisdictions.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.CaseFile;
import org.concordat.jurisdictions.Condition;
import org.concordat.jurisdictions.ConditionReader;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Obligation;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.RuleOutcome;
import org.concordat.jurisdictions.Ternary;
import org.concordat.jurisdictions.TestCase;
import org.concordat.jurisdictions.Trace;
import org.concordat.jurisdictions.View;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The analysis says what trying every world says, on random policies. */
class BruteForceTest {
  private static boolean anyWorld(TinyPolicies tiny, Predicate<TinyPolicies.Asked> wanted) {
    AtomicBoolean found = new AtomicBoolean();
    tiny.forEachWorld(
        world -> {
          if (!found.get() && wanted.test(world)) {
            found.set(true);
          }
        });
    return found.get();
  }

  private static Ternary value(Condition condition, TinyPolicies.Asked world) {
    return condition.evaluate(new View(world.alliance(), world.member(), world.now()), Trace.NONE);
  }

  @TestFactory
  Stream<DynamicTest> claimsAreProvedOrRefutedAsTryingEveryWorldSays() {
    return Seeded.property(
        "prove agrees with brute force",
        60,
        random -> {
          TinyPolicies tiny = new TinyPolicies(random);
          Policy policy = tiny.policy(5);
          Condition when =
              ConditionReader.parse(Path.of("when"), tiny.condition(1), policy.document().lists());
          FactName absent = tiny.pick(tiny.facts());
          boolean without = random.nextInt(4) == 0;
          Question question =
              new Question(
                  Action.TRAIN,
                  random.nextBoolean(),
                  random.nextBoolean() ? List.of(when) : List.of(),
                  without ? List.of(absent) : List.of(),
                  random.nextInt(3) == 0);
          Answer answer = Analysis.prove(policy, question, TinyPolicies.NOW, Limits.USUAL);
          boolean refutable =
              anyWorld(
                  tiny,
                  world -> {
                    Decision decision = world.of(policy);
                    return question.when().stream()
                            .allMatch(one -> value(one, world) == Ternary.TRUE)
                        && (!without || isAbsent(absent, world))
                        && (!question.complete() || isComplete(policy, world))
                        && decision.allowed() != question.always();
                  });
          assertThat(answer)
              .as("%s", question.text())
              .isInstanceOf(refutable ? Answer.Refuted.class : Answer.Proved.class);
          if (answer instanceof Answer.Refuted refuted) {
            replays(policy, refuted);
          }
        });
  }

  private static boolean isAbsent(FactName fact, TinyPolicies.Asked world) {
    return Stream.of(world.alliance(), world.member())
        .flatMap(facts -> facts.get(fact).stream())
        .noneMatch(one -> one.isInForce(world.now()));
  }

  private static boolean isComplete(Policy policy, TinyPolicies.Asked world) {
    AtomicBoolean complete = new AtomicBoolean(true);
    policy
        .document()
        .rules()
        .forEach(
            rule ->
                rule.when()
                    .forEachComparison(
                        one ->
                            complete.compareAndSet(value(one, world) == Ternary.UNKNOWN, false)));
    return complete.get();
  }

  /** The counterexample as a file, read again, gets the same answer. */
  private static void replays(Policy policy, Answer.Refuted refuted) {
    TestCase written = refuted.counterexample();
    byte[] file = CaseFile.text(written).getBytes(StandardCharsets.UTF_8);
    TestCase read = CaseFile.parse(Path.of("case.yaml"), file, policy);
    assertThat(read).isEqualTo(written);
    assertThat(policy.complaints(read)).isEmpty();
    Decision decision =
        policy.evaluateOnly(read.action(), read.alliance(), read.members(), read.now());
    assertThat(decision.explain()).isEqualTo(refuted.decision().explain());
  }

  @TestFactory
  Stream<DynamicTest> policiesDifferAsTryingEveryWorldSays() {
    return Seeded.property(
        "diff agrees with brute force",
        40,
        random -> {
          TinyPolicies tiny = new TinyPolicies(random);
          List<Policy> two = tiny.twoAlike(4);
          Policy before = two.get(0);
          Policy after = two.get(1);
          Set<String> kinds = new TreeSet<>();
          tiny.forEachWorld(
              world -> {
                Decision was = world.of(before);
                Decision is = world.of(after);
                if (was.allowed() != is.allowed()) {
                  kinds.add((is.allowed() ? "may-now" : "may-no-more"));
                } else if (was.allowed()) {
                  Set<Obligation> added = new TreeSet<>(is.obligations());
                  added.removeAll(was.obligations());
                  added.forEach(duty -> kinds.add("must-now " + duty));
                  Set<Obligation> gone = new TreeSet<>(was.obligations());
                  gone.removeAll(is.obligations());
                  gone.forEach(duty -> kinds.add("must-no-more " + duty));
                }
              });
          Differences found = Differences.between(before, after, TinyPolicies.NOW, Limits.USUAL);
          assertThat(found.undecided()).isEmpty();
          Set<String> told = new TreeSet<>();
          for (Difference one : found.changes()) {
            String duty = one.duties().isEmpty() ? "" : " " + one.duties().get(0);
            told.add(one.kind().text() + duty);
          }
          assertThat(told).isEqualTo(kinds);
        });
  }

  @TestFactory
  Stream<DynamicTest> rulesThatNeverMatterAreThoseWithoutWhichEveryWorldIsTheSame() {
    return Seeded.property(
        "idle rules agree with brute force",
        30,
        random -> {
          TinyPolicies tiny = new TinyPolicies(random);
          Policy policy = tiny.policy(4);
          List<String> remarks = Remarks.on(policy, TinyPolicies.NOW, Limits.USUAL);
          boolean everAllowed = anyWorld(tiny, world -> world.of(policy).allowed());
          boolean permits =
              policy.sentences().stream().noneMatch(line -> line.contains("permits train: "));
          assertThat(remarks.stream().anyMatch(one -> one.startsWith("train is never allowed")))
              .isEqualTo(!everAllowed && permits);
          if (!everAllowed) {
            return;
          }
          List<String> idle = new ArrayList<>();
          for (RuleOutcome rule : anyOutcome(policy)) {
            if (!anyWorld(tiny, world -> matters(policy, world.of(policy), rule.rule()))) {
              idle.add(rule.rule());
            }
          }
          assertThat(
                  remarks.stream()
                      .filter(one -> one.contains("never matters"))
                      .map(one -> one.split("'")[1])
                      .toList())
              .containsExactlyElementsOf(idle);
        });
  }

  private static List<RuleOutcome> anyOutcome(Policy policy) {
    return policy
        .evaluateOnly(
            Action.TRAIN,
            Facts.none(),
            new TreeMap<>(Map.of("some-member", Facts.none())),
            TinyPolicies.NOW)
        .members()
        .get("some-member")
        .rules();
  }

  /** Whether answer or obligations would be others without the rule, from the outcomes alone. */
  private static boolean matters(Policy policy, Decision decision, String without) {
    List<RuleOutcome> all = decision.members().get("some-member").rules();
    List<RuleOutcome> others = all.stream().filter(rule -> !rule.rule().equals(without)).toList();
    return allowed(others) != decision.allowed()
        || decision.allowed() && !duties(policy, others).equals(decision.obligations());
  }

  private static Set<Obligation> duties(Policy policy, List<RuleOutcome> outcomes) {
    Set<Obligation> duties = new TreeSet<>();
    for (RuleOutcome outcome : outcomes) {
      policy.document().rules().stream()
          .filter(rule -> rule.id().equals(outcome.rule()) && outcome.value() == Ternary.TRUE)
          .forEach(rule -> duties.addAll(rule.obligations()));
    }
    return duties;
  }

  private static boolean allowed(List<RuleOutcome> rules) {
    Optional<RuleOutcome> permit = Optional.empty();
    for (RuleOutcome rule : rules) {
      switch (rule.effect()) {
        case FORBID -> {
          if (rule.value() != Ternary.FALSE) {
            return false;
          }
        }
        case REQUIRE -> {
          if (rule.value() != Ternary.TRUE) {
            return false;
          }
        }
        case PERMIT -> permit = rule.value() == Ternary.TRUE ? Optional.of(rule) : permit;
      }
    }
    return permit.isPresent();
  }
}
