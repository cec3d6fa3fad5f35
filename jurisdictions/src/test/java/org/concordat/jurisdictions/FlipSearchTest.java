package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Suggestions flip the decision, and nothing smaller does: compared with trying everything. */
class FlipSearchTest {
  private record Question(Policy policy, World world) {
    Decision ask() {
      return policy.evaluate(
          Action.TRAIN, world.alliance(), world.members(), world.now(), Samples.ANYTHING);
    }

    boolean allowed() {
      return policy
          .evaluateOnly(Action.TRAIN, world.alliance(), world.members(), world.now())
          .allowed();
    }

    Question with(World.Slot slot, Fact fact) {
      return new Question(policy, world.with(slot, fact));
    }
  }

  @TestFactory
  Stream<DynamicTest> suggestionsFlipAndAreMinimal() {
    return Seeded.property(
        "smallest change",
        200,
        random -> {
          RandomPolicies some = new RandomPolicies(random);
          Policy policy = Samples.rules(String.join("", some.rules(5)));
          SortedMap<String, Facts> members = new TreeMap<>();
          members.put("m1", some.facts(true));
          if (random.nextBoolean()) {
            members.put("m2", some.facts(true));
          }
          Question question =
              new Question(policy, World.of(some.facts(false), members, Samples.NOW));
          Decision decision = question.ask();
          List<Change> flip = decision.smallestFlip();
          Question changed = question;
          for (Change change : flip) {
            changed = changed.with(new World.Slot(change.member(), change.fact()), change.toFact());
          }
          if (!flip.isEmpty()) {
            assertThat(changed.allowed())
                .as("%s", decision.explain())
                .isNotEqualTo(decision.allowed());
          }
          int triedInFull = Math.min(flip.isEmpty() ? 2 : flip.size() - 1, 2);
          assertThat(anyFlips(question, decision.allowed(), triedInFull, List.of()))
              .as("%s smaller than %s", decision.explain(), flip)
              .isEmpty();
        });
  }

  /** Tries every change of up to this many facts. */
  private static Optional<List<Fact>> anyFlips(
      Question question, boolean before, int size, List<World.Slot> done) {
    if (question.allowed() != before) {
      return Optional.of(List.of());
    }
    if (size == 0) {
      return Optional.empty();
    }
    for (World.Slot slot : slots(question.world())) {
      if (done.isEmpty()
          || ORDER.indexOf(slot.fact()) >= ORDER.indexOf(done.get(done.size() - 1).fact())) {
        for (Fact fact : options(question.world(), slot)) {
          List<World.Slot> longer = new ArrayList<>(done);
          longer.add(slot);
          Optional<List<Fact>> found =
              done.contains(slot)
                  ? Optional.empty()
                  : anyFlips(question.with(slot, fact), before, size - 1, longer);
          if (found.isPresent()) {
            return Optional.of(Stream.concat(Stream.of(fact), found.get().stream()).toList());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static final List<FactName> ORDER = RandomPolicies.FACTS;

  private static List<World.Slot> slots(World world) {
    List<World.Slot> slots = new ArrayList<>();
    for (FactName fact : RandomPolicies.FACTS) {
      if (fact.mayBeStated(false)) {
        slots.add(new World.Slot(Optional.empty(), fact));
      }
      if (fact.mayBeStated(true)) {
        world.members().keySet().forEach(id -> slots.add(new World.Slot(Optional.of(id), fact)));
      }
    }
    return slots;
  }

  private static List<Fact> options(World world, World.Slot slot) {
    Set<FactSource> sources = new LinkedHashSet<>();
    sources.add(
        world.stated(slot).map(Fact::source).orElse(FactSource.usual(slot.member().isPresent())));
    sources.add(FactSource.ROSTER);
    List<Fact> options = new ArrayList<>();
    for (FactValue value : RandomPolicies.values(slot.fact())) {
      sources.forEach(source -> options.add(new Fact(slot.fact(), value, source, null)));
    }
    return options;
  }

  private static Facts number(FactName fact, double value) {
    return Facts.builder().put(fact, value, FactSource.MEASURED).build();
  }

  private static List<String> flip(Policy policy, Facts alliance, Facts member) {
    return Samples.train(policy, alliance, member).smallestFlip().stream()
        .map(Change::explain)
        .toList();
  }

  @Test
  void factsComparedWithEachOther() {
    String budget = "{fact: dp-epsilon-spent, atMost: {fact: dp-epsilon-limit}}";
    Policy policy = Samples.rules(Samples.rule("budget", "require", budget) + Samples.permitAll());
    Facts over =
        number(FactName.DP_EPSILON_LIMIT, 3)
            .with(
                new Fact(
                    FactName.DP_EPSILON_SPENT,
                    new FactValue.Number(3.5),
                    FactSource.MEASURED,
                    null));
    assertThat(flip(policy, over, Facts.none())).hasSize(1);
    assertThat(flip(policy, Facts.none(), Facts.none())).hasSize(2);
  }

  @Test
  void renewalsAndSourcesAreSuggested() {
    Policy policy =
        Samples.rules(Samples.rule("sccs", "permit", "{fact: transfer-mechanism, equals: sccs}"));
    Facts old =
        Facts.builder()
            .put(FactName.TRANSFER_MECHANISM, "sccs", FactSource.MEMBER_ATTESTED, Samples.NOW)
            .build();
    assertThat(flip(policy, Facts.none(), old))
        .containsExactly(
            "transfer-mechanism of m1 were stated anew as sccs (now sccs until 2026-11-21T12:00:00Z)");
    Policy strict =
        Samples.rules(
            Samples.rule(
                "place", "permit", "{fact: aggregator-country, from: [roster], equals: CH}"));
    Facts said = Facts.builder().put(FactName.AGGREGATOR_COUNTRY, "CH", FactSource.JOB).build();
    assertThat(flip(strict, said, Facts.none()))
        .containsExactly("aggregator-country were stated anew as CH, stated by roster (now CH)");
  }

  @Test
  void whatIsEasierToChangeIsSuggestedFirst() {
    Policy policy =
        Samples.rules(
            Samples.rule(
                "any",
                "permit",
                "{any: [{fact: country, equals: CH}, {fact: secure-aggregation, equals: true}]}"));
    Facts abroad = Facts.builder().put(FactName.COUNTRY, "US", FactSource.ROSTER).build();
    assertThat(flip(policy, Facts.none(), abroad))
        .containsExactly("secure-aggregation were true (now not stated)");
  }

  @Test
  void threeAtMost() {
    String three =
        "{fact: purpose, equals: pa}, {fact: cohort-size, atLeast: 3}, {fact: secure-aggregation, equals: true}";
    Policy policy = Samples.rules(Samples.rule("three", "permit", "{all: [" + three + "]}"));
    assertThat(flip(policy, Facts.none(), Facts.none()))
        .containsExactlyInAnyOrder(
            "purpose were pa (now not stated)",
            "cohort-size were at least 3 (now not stated)",
            "secure-aggregation were true (now not stated)");
    Policy four =
        Samples.rules(
            Samples.rule(
                "four", "permit", "{all: [" + three + ", {fact: retention-days, atMost: 9}]}"));
    assertThat(flip(four, Facts.none(), Facts.none())).isEmpty();
  }

  @Test
  void theSearchIsBounded() {
    StringBuilder conditions = new StringBuilder();
    for (FactName fact : FactName.values()) {
      conditions
          .append(conditions.isEmpty() ? "" : ", ")
          .append("{fact: ")
          .append(fact)
          .append(", present: true}");
    }
    String words = Stream.iterate(0, n -> n + 1).limit(200).map(n -> "w" + n).toList().toString();
    Policy policy =
        Samples.rules(
            Samples.rule(
                "hard",
                "permit",
                "{all: [" + conditions + ", {fact: purpose, in: " + words + "}]}"));
    SortedMap<String, Facts> members = new TreeMap<>();
    for (int i = 0; i < 256; i++) {
      members.put("m" + i, Facts.none());
    }
    long start = System.nanoTime();
    Decision decision =
        policy.evaluate(Action.TRAIN, Facts.none(), members, Samples.NOW, Samples.ANYTHING);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.smallestFlip()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void everyOneOfManyMembersIsToldWhatWouldHelp() {
    Policy policy = Samples.rules(Samples.rule("ch", "permit", "{fact: jurisdiction, equals: ch}"));
    SortedMap<String, Facts> members = new TreeMap<>();
    for (int i = 0; i < 256; i++) {
      members.put("m" + i, Facts.none());
    }
    Decision decision =
        policy.evaluate(Action.TRAIN, Facts.none(), members, Samples.NOW, Samples.ANYTHING);
    assertThat(decision.members().values())
        .allSatisfy(verdict -> assertThat(verdict.smallestFlip()).hasSize(1));
    assertThat(decision.smallestFlip()).isEmpty();
  }

  @Test
  void anAllowedDecisionNamesWhatWouldDenyIt() {
    Policy policy =
        Samples.rules(
            Samples.permitAll()
                + Samples.rule("size", "require", "{fact: cohort-size, atLeast: 3}"));
    Decision decision =
        policy.evaluate(
            Action.TRAIN,
            number(FactName.COHORT_SIZE, 4),
            new TreeMap<>(Map.of("m1", Facts.none())),
            Samples.NOW,
            Samples.ANYTHING);
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.smallestFlip())
        .extracting(Change::explain)
        .containsExactly("cohort-size were below 3 (now 4)");
  }
}
