package org.concordat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import java.util.stream.LongStream;
import org.concordat.coordinator.session.Traffic;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.message.StoreQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeds; and that what it is to find is found. */
class SimulationTest {
  private static Grounds grounds;
  private static Path root;
  private static Founded founded;

  @BeforeAll
  static void found() throws IOException {
    LogManager.getLogManager().reset();
    grounds = Grounds.of(4);
    root = grounds.root();
    founded = grounds.founded();
  }

  @AfterAll
  static void remove() throws IOException {
    grounds.close();
  }

  @Test
  void whatMustHoldHoldsWhateverGoesWrong() {
    run(1, 40);
  }

  @Test
  @Tag("slow")
  void thousandsOfSeeds() {
    run(10_000, 2000);
  }

  private static void run(long first, int seeds) {
    List<Simulation.Outcome> outcomes =
        LongStream.range(first, first + seeds)
            .parallel()
            .mapToObj(seed -> Simulation.run(founded, root, seed))
            .toList();
    assertThat(
            outcomes.stream()
                .filter(Simulation.Outcome::failed)
                .map(SimulationTest::reduced)
                .toList())
        .isEmpty();
    assertThat(outcomes.stream().mapToInt(Simulation.Outcome::fired).sum())
        .as("faults that came before the end")
        .isGreaterThan(seeds);
    assertThat(outcomes.stream().mapToInt(Simulation.Outcome::sums).sum())
        .as("sums that were counted: three of each job, of most")
        .isGreaterThan(3 * seeds);
    assertThat(
            outcomes.stream()
                .flatMap(outcome -> outcome.states().stream())
                .filter(state -> state.startsWith("COMPLETED"))
                .count())
        .as("jobs that completed")
        .isGreaterThan(seeds);
    assertThat(outcomes.stream().filter(outcome -> !outcome.told().isEmpty()).count())
        .as("runs with lies: a third of three quarters")
        .isGreaterThan(seeds / 16);
    assertThat(
            outcomes.stream().filter(outcome -> outcome.counted().contains(Founded.JOINER)).count())
        .as("runs in which one joined and took part: a quarter")
        .isGreaterThan(seeds / 20);
  }

  private static String reduced(Simulation.Outcome outcome) {
    return Main.describe(
        Main.reduce(outcome, plan -> Simulation.run(founded, root, outcome.seed(), plan)));
  }

  @Test
  void aSeedReplaysExactly() {
    for (long seed = 1; seed <= 6; seed++) {
      assertThat(Simulation.run(founded, root, seed))
          .isEqualTo(Simulation.run(founded, root, seed));
    }
  }

  @Test
  void aMemberThatIsSuspendedTakesNoPartAndComesBack() {
    String member = founded.members().get(1);
    Departure forEver = suspended(member, 60 * 60_000);
    Departure forAWhile = suspended(member, 8_000);
    assertThat(counted(forEver)).isNotEmpty().doesNotContain(member);
    assertThat(counted(forAWhile)).as("in the job after it").contains(member);
  }

  private static Departure suspended(String member, long forMillis) {
    return new Departure(member, 0, Departure.How.SUSPENDED, forMillis);
  }

  /** Whose updates counted in a job at once and one a while later. */
  private static Set<String> counted(Departure departure) {
    Plan plan = new Plan(0, 0, 20, 0, 1, List.of(), List.of(), 12_000, Optional.of(departure));
    Simulation.Outcome outcome = Simulation.run(founded, root, 7, plan);
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.states()).hasSize(2).allMatch(state -> state.startsWith("COMPLETED"));
    return outcome.counted();
  }

  @Test
  void aCoordinatorWhoseDiskLiesIsFoundAndTheSeedReduced() {
    Simulation.Outcome found = null;
    for (long seed = 1; seed < 200 && found == null; seed++) {
      Simulation.Outcome outcome = forgetful(seed, Plan.of(seed, founded.members()));
      found = outcome.failed() ? outcome : null;
    }
    assertThat(found).isNotNull();
    long seed = found.seed();
    Simulation.Outcome reduced = Main.reduce(found, plan -> forgetful(seed, plan));
    assertThat(reduced.failed()).isTrue();
    assertThat(reduced.plan().faults()).hasSizeLessThanOrEqualTo(found.plan().faults().size());
    assertThat(Simulation.run(founded, root, seed, reduced.plan()).failed())
        .as("a disk that does what it says")
        .isFalse();
  }

  private static Simulation.Outcome forgetful(long seed, Plan plan) {
    return Simulation.run(
        founded, root, seed, plan, world -> world.node(Founded.COORDINATOR).disk().lies(4));
  }

  @Test
  void anAgentWhoseDiskLiesIsToldSoByItsOwnLastStatement() {
    long asked = 0;
    for (long seed = 1; seed <= 20; seed++) {
      Simulation.Outcome outcome = oldCopies(seed, world -> {});
      assertThat(outcome.violations()).as("seed %d", seed).isEmpty();
      asked += outcome.messages().getOrDefault(StoreQuery.TYPE, 0L);
    }
    assertThat(asked).as("queries of stores that were found to be old copies").isPositive();
  }

  @Test
  void withoutThatStatementItUploadsTwiceAndIsFound() {
    boolean found = false;
    for (long seed = 1; seed <= 40 && !found; seed++) {
      found =
          oldCopies(seed, world -> world.coordinator().sends(new NoLastStatement()))
              .violations()
              .stream()
              .anyMatch(what -> what.startsWith("upload of ") && what.contains("said twice"));
    }
    assertThat(found).isTrue();
  }

  /** Agents that are killed often, the last write of each lost, on lines that break. */
  private static Simulation.Outcome oldCopies(long seed, Consumer<Simulation> also) {
    Random random = Plan.scattered(seed);
    List<Fault> kills = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String who = founded.members().get(random.nextInt(founded.members().size()));
      kills.add(
          new Fault(Fault.Kind.KILL, who, 3000 + random.nextInt(20_000), 300, Fault.NOW, false));
    }
    return Simulation.run(
        founded,
        root,
        seed,
        new Plan(60, 0, 50, 0, 1, kills, List.of(), Plan.NEVER),
        world -> {
          founded.members().forEach(member -> world.node(member).disk().lies(1));
          also.accept(world);
        });
  }

  /** A coordinator that keeps to itself what a member said last. */
  private static final class NoLastStatement implements Traffic {
    @Override
    public List<SessionDown> down(String member, SessionDown message) {
      return List.of(
          message.hasWelcome()
              ? message.toBuilder()
                  .setWelcome(message.getWelcome().toBuilder().clearLastStatement())
                  .build()
              : message);
    }
  }
}
