package org.concordat.secureagg.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.World;
import org.concordat.secureagg.kernel.MaskStream;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Key;
import org.concordat.testkit.TestRandom;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The published sum is, word for word, the sum of what the survivors quantised, for every dropout
 * pattern.
 */
class ExactSumTest {
  @TestFactory
  Stream<DynamicTest> everyPatternUpToFive() throws Refusal {
    return Stream.of(patterns(3, 0), patterns(4, 0), patterns(4, 1), patterns(5, 0), patterns(5, 1))
        .flatMap(s -> s);
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> everyPatternOfSixAndSeven() {
    return Stream.of(new int[] {6, 0}, new int[] {6, 1}, new int[] {7, 0}, new int[] {7, 2})
        .map(
            p ->
                DynamicTest.dynamicTest(
                    "n=%d c=%d, every pattern".formatted(p[0], p[1]),
                    () -> {
                      for (DynamicTest test : patterns(p[0], p[1]).toList()) {
                        test.getExecutable().execute();
                      }
                    }));
  }

  /** Each member: uploads and stays, uploads and goes, does not upload but reveals, or is gone. */
  private static Stream<DynamicTest> patterns(int n, int colluders) throws Refusal {
    World world = new World(n, colluders, n * 10L + colluders);
    world.runEpoch(1, Set.of());
    int all = 1 << 2 * n;
    List<DynamicTest> tests = new ArrayList<>();
    for (int pattern = 0; pattern < all; pattern++) {
      int uploaders = 0;
      int revealers = 0;
      int signers = 0;
      for (int i = 0; i < n; i++) {
        boolean uploads = (pattern >> 2 * i & 1) == 1;
        boolean stays = (pattern >> 2 * i & 2) == 2;
        uploaders += uploads ? 1 : 0;
        revealers += stays ? 1 : 0;
        signers += uploads && stays ? 1 : 0;
      }
      int threshold = world.cohort.threshold();
      if (uploaders >= world.cohort.minSurvivors()
          && revealers >= threshold
          && signers >= threshold) {
        int chosen = pattern;
        tests.add(
            DynamicTest.dynamicTest(
                "n=%d c=%d pattern %s".formatted(n, colluders, Integer.toString(pattern, 4)),
                () -> check(world.fork(), chosen)));
      }
    }
    return tests.stream();
  }

  private static void check(World world, int pattern) throws Refusal {
    int n = world.cohort.size();
    Set<Integer> noUpload = new HashSet<>();
    Set<Integer> gone = new HashSet<>();
    for (int i = 0; i < n; i++) {
      if ((pattern >> 2 * i & 1) == 0) {
        noUpload.add(i);
      }
      if ((pattern >> 2 * i & 2) == 0) {
        gone.add(i);
      }
    }
    int bits = new int[] {16, 24, 32}[pattern % 3];
    Quantisation quantisation = new Quantisation(bits, 8, 10, 1, 100);
    Task task = world.task(0, 0, pattern % 64, 33, World.INITIAL, quantisation, List.of());
    RoundServer round = world.flight(world.startRound(task), noUpload);
    int[] expected = plainSum(world, task, round.uploads().keySet());
    round = world.flight(round.freezeSurvivors(), gone).chooseCertificate();
    round = world.flight(round, gone);
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.APPLYING);
    assertThat(world.sum(round)).isEqualTo(expected);
  }

  /** Takes each member's own masks off its y and adds up. */
  static int[] plainSum(World world, Task task, Iterable<String> members) {
    int[] sum = new int[task.elements()];
    for (String name : members) {
      int[] words = quantised(world, task, world.sites.get(name));
      IntStream.range(0, sum.length).forEach(i -> sum[i] += words[i]);
    }
    return sum;
  }

  static int[] quantised(World world, Task task, Site site) {
    TokenSecrets secrets =
        TokenSecrets.decode(site.disk.get(Key.secret(task.epoch(), task.token())));
    int bits = task.quantisation().wireBits();
    int[] words = World.words(world.wires.get(site.name), bits);
    MaskSet.of(site.name, world.lastManifest, task, secrets)
        .terms()
        .forEach(
            term -> new MaskStream(term.key()).apply(words, 0, words.length, 0, !term.added()));
    Ring.centre(bits, words);
    return words;
  }

  @Tag("slow")
  @TestFactory
  Stream<DynamicTest> randomDropsInLargerCohorts() {
    return Stream.of(20, 60).map(n -> DynamicTest.dynamicTest("n=" + n, () -> large(n)));
  }

  private static void large(int n) throws Refusal {
    World world = new World(n, n / 20, n);
    TestRandom random = new TestRandom(n);
    Set<Integer> absent = pick(random, n, world.cohort.toleratedDrops() / 3);
    world.runEpoch(1, absent);
    Task task = world.task(0, 0, 5, 100, World.INITIAL, List.of());
    Set<Integer> away = new HashSet<>(absent);
    away.addAll(pick(random, n, world.cohort.toleratedDrops() / 3));
    RoundServer round = world.flight(world.startRound(task), away);
    int[] expected = plainSum(world, task, round.uploads().keySet());
    away.addAll(pick(random, n, world.cohort.toleratedDrops() / 3));
    round = world.flight(round.freezeSurvivors(), away).chooseCertificate();
    round = world.flight(round, away);
    assertThat(world.sum(round)).isEqualTo(expected);
  }

  private static Set<Integer> pick(TestRandom random, int n, int count) {
    Set<Integer> picked = new HashSet<>();
    while (picked.size() < count) {
      picked.add(Math.floorMod(random.nextInt(), n));
    }
    return picked;
  }
}
