package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every field of every message of an epoch's set-up altered × every pattern in which members drop
 * out, at every step, by a member that signs it again or by the coordinator: it is noticed before a
 * token is used and the right one is blamed; nobody honest ever is.
 *
 * <p>What no one can check before an opening (the hashes of b and K, the recovery records W, a
 * dealer's share for itself) is found there: the round's sum is right or the liar is named.
 */
class SetupMutationTest {
  @BeforeAll
  static void hashes() {
    TestNotary.hashInsteadOfSigning(true);
  }

  @AfterAll
  static void signatures() {
    TestNotary.hashInsteadOfSigning(false);
  }

  private static void lyingMember(int n, int liar, int drops, LyingMemberTree.Lies lies) {
    World world = new World(n, 0, 1);
    String name = world.site(liar).name;
    LyingMemberTree tree =
        new LyingMemberTree(name, drops, lies, run -> SetupChecks.afterALyingMember(run, name));
    long start = System.nanoTime();
    tree.explore(new SetupRun(world));
    System.out.printf(
        "n = %d, member %d lies: %,d runs, %,d lies refused at once, %.1f s%n",
        n, liar, tree.leaves, tree.refusedAtOnce, (System.nanoTime() - start) / 1e9);
    assertThat(tree.leaves).isGreaterThan(15);
  }

  @Test
  void everyLieOfAMemberOfThree() {
    lyingMember(3, 1, 0, SetupLies::oneForEachField);
  }

  @Tag("slow")
  @ParameterizedTest(name = "n = {0}, liar {1}")
  @CsvSource({"3, 0", "3, 2", "4, 0", "4, 1", "4, 3", "5, 0", "5, 2", "5, 4"})
  void everyLieOfAMemberWithEveryDropPattern(int n, int liar) {
    lyingMember(n, liar, n - 3, SetupLies::oneForEachField);
  }

  /** Each field in all ways that {@link Mutations} knows, with nobody away. */
  @Tag("slow")
  @ParameterizedTest(name = "n = {0}, {1}")
  @CsvSource({
    "3, 0", "3, 1", "3, 2", "4, 0", "4, 1", "4, 2", "4, 3", "5, 0", "5, 1", "5, 2", "5, 3", "5, 4"
  })
  void everyFieldInManyWays(int n, int who) {
    lyingMember(n, who, 0, SetupLies::of);
    lyingCoordinator(n, who, 0, Mutations::of);
  }

  private static void lyingCoordinator(
      int n, int victim, int drops, Function<Object, List<Object>> lies) {
    World world = new World(n, 0, 2);
    String name = world.site(victim).name;
    LyingCoordinatorTree tree =
        new LyingCoordinatorTree(name, drops, lies, SetupChecks::afterALyingCoordinator);
    long start = System.nanoTime();
    tree.explore(new SetupRun(world));
    System.out.printf(
        "n = %d, the coordinator lies to %d: %,d runs, %,d lies refused at once, %.1f s%n",
        n, victim, tree.leaves, tree.refusedAtOnce, (System.nanoTime() - start) / 1e9);
    assertThat(tree.lied).as("start, sets, views, manifest, certificate").hasSize(7);
    assertThat(tree.leaves).isGreaterThan(6);
  }

  @Test
  void everyLieOfACoordinatorOfThree() {
    lyingCoordinator(3, 1, 0, Mutations::oneForEachField);
  }

  @Tag("slow")
  @ParameterizedTest(name = "n = {0}, victim {1}")
  @CsvSource({"3, 0", "3, 2", "4, 0", "4, 1", "4, 3", "5, 2"})
  void everyLieOfACoordinatorWithEveryDropPattern(int n, int victim) {
    lyingCoordinator(n, victim, n - 3, Mutations::oneForEachField);
  }

  /** Member 0 believes in another pair key and complains about the honest member 2. */
  private static void lieAboutADispute(int n, int victim) {
    World world = new World(n, 0, 3);
    String liar = world.site(0).name;
    LyingCoordinatorTree tree =
        new LyingCoordinatorTree(
            world.site(victim).name,
            n - 3,
            Mutations::oneForEachField,
            run -> SetupChecks.afterALieAboutADispute(run, liar)) {
          @Override
          void prepare(SetupRun run) {
            if (run.phase() == Phase.CHECKS) {
              Site site = run.world.sites.get(liar);
              site.disk.put("forming/pair-key/2", new byte[32]);
              site.restart();
            }
          }

          @Override
          boolean liesIn(Message message) {
            return message instanceof OpeningRequest || message instanceof Dispute;
          }

          @Override
          Set<String> staying() {
            return Set.of(liar);
          }

          @Override
          void check(SetupRun refused) {
            SetupChecks.blamesLiarsOnly(refused, liar);
          }
        };
    tree.explore(new SetupRun(world));
    System.out.printf(
        "n = %d, the coordinator lies to %d about a dispute: %,d runs, %,d lies refused at once%n",
        n, victim, tree.leaves, tree.refusedAtOnce);
    assertThat(tree.lied).contains(victim == 2 ? OpeningRequest.TYPE : Dispute.TYPE);
    assertThat(tree.refusedAtOnce).isPositive();
  }

  @ParameterizedTest(name = "victim {0}")
  @ValueSource(ints = {1, 2})
  void everyLieAboutADispute(int victim) {
    lieAboutADispute(3, victim);
  }

  @Tag("slow")
  @ParameterizedTest(name = "n = {0}, victim {1}")
  @CsvSource({"4, 1", "4, 2", "4, 3"})
  void everyLieAboutADisputeWithEveryDropPattern(int n, int victim) {
    lieAboutADispute(n, victim);
  }
}
