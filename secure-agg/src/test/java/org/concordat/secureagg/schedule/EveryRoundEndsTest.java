package org.concordat.secureagg.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With an honest coordinator and at most d members gone for good the round always ends, in every
 * schedule of upload, drop, restart, sign, NonReveal, reveal, result and retry: messages reach
 * members in any order, answers are lost, members go at any point, the coordinator closes the
 * uploads at any point from N_min on and gives the first attempt up whenever it likes.
 *
 * <p>Shown by search: no state goes on for ever (what a delivery or a choice leads to never leads
 * back), and none but the checkpoint has nothing left that can be done. So whoever keeps delivering
 * arrives.
 */
class EveryRoundEndsTest {
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<HonestRound> rounds = new ArrayList<>();
  private final List<List<Integer>> progress = new ArrayList<>();

  @BeforeAll
  static void hashes() {
    TestNotary.hashInsteadOfSigning(true);
  }

  @AfterAll
  static void signatures() {
    TestNotary.hashInsteadOfSigning(false);
  }

  private int id(HonestRound round) {
    return ids.computeIfAbsent(
        round.key(),
        key -> {
          rounds.add(round);
          return rounds.size() - 1;
        });
  }

  private void explore(int n, int colluders, int drops) throws Refusal {
    World world = new World(n, colluders, 90 + n);
    world.runEpoch(1, Set.of());
    // The first attempt given up at will, and one more for each member that goes.
    int attempts = drops + 2;
    id(HonestRound.start(world, attempts));
    for (int at = 0; at < rounds.size(); at++) {
      HonestRound round = rounds.get(at);
      List<Integer> next = new ArrayList<>();
      progress.add(next);
      if (round.ended()) {
        continue;
      }
      assertThat(round.attempt()).as("%s", round).isLessThan(attempts);
      for (String member : round.here()) {
        next.add(id(round.deliver(member, false)));
        id(round.deliver(member, true));
        if (round.dropped() < drops) {
          id(round.drop(member));
        }
      }
      for (HonestRound chosen : round.choices()) {
        next.add(id(chosen));
      }
      int self = at;
      next.removeIf(other -> other == self);
      assertThat(next).as("nothing left to do: %s", round).isNotEmpty();
      rounds.set(at, null);
    }
    assertNoCircle();
    System.out.printf("n = %d, c = %d, d = %d: %,d states%n", n, colluders, drops, rounds.size());
  }

  /** Kahn's algorithm on deliveries and choices. */
  private void assertNoCircle() {
    int[] before = new int[progress.size()];
    progress.forEach(next -> next.forEach(to -> before[to]++));
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      if (before[i] == 0) {
        free.add(i);
      }
    }
    for (int i = 0; i < free.size(); i++) {
      for (int to : progress.get(free.get(i))) {
        if (--before[to] == 0) {
          free.add(to);
        }
      }
    }
    assertThat(Arrays.stream(before).filter(count -> count > 0).count())
        .as("states on a circle")
        .isZero();
  }

  @Test
  void ofThree() throws Refusal {
    explore(3, 0, 0);
    assertThat(rounds).hasSizeGreaterThan(100);
  }

  @Tag("slow")
  @ParameterizedTest(name = "n = {0}, c = {1}, d = {2}")
  @CsvSource({"4, 0, 1", "4, 1, 0", "5, 1, 1"})
  void always(int n, int colluders, int drops) throws Refusal {
    explore(n, colluders, drops);
  }

  /** The tester is tested: one more gone than is tolerated, and there is a dead end. */
  @Test
  void notWithOneMoreGone() {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> explore(3, 0, 1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("nothing left to do");
  }
}
