package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.concordat.secureagg.AllianceWorld;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.World;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.WeightedMean;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;

/** Rounds over three cohorts of real members: the sums, then what a lying coordinator tries. */
class CohortRoundsTest {
  private static Reason reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  private static AllianceWorld world() throws Refusal {
    AllianceWorld world = new AllianceWorld(16, 0, 6);
    world.runEpochs(1);
    return world;
  }

  /** Sums of all cohorts; in the first, one member is away. */
  private static void sumAll(AllianceWorld world) throws Refusal {
    for (int cohort = 0; cohort < world.cohorts.size(); cohort++) {
      world.sum(cohort, cohort == 0 ? Set.of(2) : Set.of());
    }
  }

  @Test
  void theMeanIsThatOfAllMembersAndTheNextRoundStartsFromIt() throws Refusal {
    AllianceWorld world = world();
    assertThat(world.cohorts).hasSize(3);
    assertThat(world.cohorts).extracting(cohort -> cohort.cohort.size()).containsExactly(6, 5, 5);
    for (int round = 0; round < 3; round++) {
      world.start(round, 0, round);
      sumAll(world);
      WeightedMean mean = world.mean();
      assertThat(World.maxError(mean.mean(), plainMean(world, round))).isLessThan(1e-3);
      Digest next = AllianceWorld.stateOf(mean);
      world.agree(next, Set.of());
      assertThat(world.rounds)
          .allSatisfy(one -> assertThat(one.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED));
      world.certify(world.checkpoint(round, next));
    }
    assertThat(world.drill.site(0).noticed(Notice.StateOverridden.class)).isEmpty();
  }

  /** Over everybody who uploaded, in double, without any mask. */
  private static double[] plainMean(AllianceWorld world, int round) {
    double[] total = new double[AllianceWorld.M];
    double weight = 0;
    for (int i = 0; i < world.cohorts.size(); i++) {
      World cohort = world.cohorts.get(i);
      Quantiser quantiser = new Quantiser(world.quantisation, cohort.cohort.size());
      for (String name : world.rounds.get(i).survivors()) {
        double[] clipped =
            quantiser
                .clip(cohort.update(name, world.rounds.get(i).task()), cohort.weight(name))
                .values();
        for (int k = 0; k < total.length; k++) {
          total[k] += cohort.weight(name) * clipped[k];
        }
        weight += cohort.weight(name);
      }
    }
    assertThat(round).isNotNegative();
    for (int k = 0; k < total.length; k++) {
      total[k] /= weight;
    }
    return total;
  }

  @Test
  void restartsAtEveryPointChangeNothing() throws Refusal {
    AllianceWorld world = world();
    world.drill.sites.values().forEach(site -> site.restartAlways = true);
    world.start(0, 0, 0);
    sumAll(world);
    Digest next = AllianceWorld.stateOf(world.mean());
    world.agree(next, Set.of());
    world.certify(world.checkpoint(0, next));
    world.start(1, 0, 1);
    sumAll(world);
    assertThat(world.sums).hasSize(3);
  }

  @Test
  void aCohortThatRetriesRetriesAlone() throws Refusal {
    AllianceWorld world = world();
    world.start(0, 0, 0);
    World middle = world.cohorts.get(1);
    // one upload of five: too few, this attempt is given up
    RoundServer given = middle.flight(world.rounds.get(1), Set.of(1, 2, 3, 4)).chooseNonReveal();
    given = middle.flight(given, Set.of());
    Bytes quorum = given.nonRevealQuorum().orElseThrow();
    world.sum(0, Set.of());
    world.rounds.set(1, middle.startRound(world.task(middle, 0, 1, 1, List.of(quorum))));
    world.sum(1, Set.of());
    world.sum(2, Set.of());
    Digest next = AllianceWorld.stateOf(world.mean());
    world.agree(next, Set.of());
    world.certify(world.checkpoint(0, next));
    assertThat(world.rounds.get(1).task().attempt()).isEqualTo(1);
    assertThat(world.rounds.get(0).task().attempt()).isZero();
  }

  @Test
  void whoWasAwayTakesTheAlliancesCheckpoint() throws Refusal {
    AllianceWorld world = world();
    world.start(0, 0, 0);
    sumAll(world);
    Digest next = AllianceWorld.stateOf(world.mean());
    String away = world.cohorts.get(1).cohort.members().get(4);
    world.agree(next, Set.of(away));
    world.certify(world.checkpoint(0, next));
    Site site = world.drill.sites.get(away);
    assertThat(site.noticed(Notice.StateAdopted.class))
        .containsExactly(new Notice.StateAdopted(World.JOB, 0, next, true));
    world.start(1, 0, 1);
    sumAll(world);
    assertThat(world.rounds.get(1).survivors()).contains(away);
  }

  @Test
  void twoCohortsThatAreShownDifferentSumsGetNoFurther() throws Refusal {
    AllianceWorld world = world();
    world.start(0, 0, 0);
    sumAll(world);
    List<CohortSum> honest = world.list();
    Digest next = AllianceWorld.stateOf(world.mean());
    // cohorts 0 and 1 see the truth, cohort 2 sees another sum of cohort 0
    List<int[]> truth = List.copyOf(world.sums);
    int[] lie = truth.get(0).clone();
    lie[7] += 1000;
    world.sums.set(0, lie);
    Digest otherState = AllianceWorld.stateOf(world.mean());
    List<CohortSum> forged = world.list();
    assertThat(forged).isNotEqualTo(honest);
    for (int i = 0; i < 3; i++) {
      Digest state = i == 2 ? otherState : next;
      RoundServer round =
          world.rounds.get(i).result(honest.get(i).sumRoot(), state, i == 2 ? forged : honest);
      world.rounds.set(i, world.adopted(i, round, truth.get(i), state, Set.of()));
    }
    world.sums.set(0, truth.get(0));
    AllianceCheckpoint mixed = world.checkpoint(0, next);
    for (Site site : world.drill.sites.values()) {
      assertThat(reason(() -> site.handle(world.drill.seal(mixed)))).isEqualTo(Reason.BAD_QUORUM);
    }
    // nor with the signatures of the cohorts that agree, whatever is said of the third
    AllianceCheckpoint doubled =
        new AllianceCheckpoint(
            World.JOB,
            0,
            next,
            mixed.sums(),
            List.of(mixed.cohorts().get(0), mixed.cohorts().get(1), mixed.cohorts().get(1)));
    AllianceCheckpoint two =
        new AllianceCheckpoint(
            World.JOB, 0, next, mixed.sums().subList(0, 2), mixed.cohorts().subList(0, 2));
    Site site = world.drill.site(0);
    assertThat(reason(() -> site.handle(world.drill.seal(doubled))))
        .isEqualTo(Reason.COHORT_MISMATCH);
    assertThat(reason(() -> site.handle(world.drill.seal(two)))).isEqualTo(Reason.NOT_ALL_COHORTS);
    // the next round is refused by everybody
    for (int i = 0; i < 3; i++) {
      world.state = i == 2 ? otherState : next;
      World cohort = world.cohorts.get(i);
      byte[] task = cohort.seal(world.task(cohort, 1, 0, 1, List.of()));
      for (Site member : cohort.sites.values()) {
        assertThat(reason(() -> member.handle(task))).isEqualTo(Reason.NOT_ALL_COHORTS);
      }
    }
  }

  /** A made-up subset has a smaller T: two of them could sign two states. */
  @Test
  void signaturesCountForTheCohortOfTheEpochOnly() throws Exception {
    AllianceWorld world = new AllianceWorld(14, 1, 7);
    world.runEpochs(1);
    world.start(0, 0, 0);
    world.sum(0, Set.of());
    world.sum(1, Set.of());
    Digest next = AllianceWorld.stateOf(world.mean());
    world.agree(next, Set.of());
    AllianceCheckpoint real = world.checkpoint(0, next);
    Cohort own = world.cohorts.get(0).cohort;
    Cohort subset =
        new Cohort(
            own.alliance(),
            own.rosterDigest(),
            own.policyDigest(),
            own.members().subList(0, 5),
            own.coordinator(),
            own.colluders(),
            own.minSurvivors());
    assertThat(own.threshold()).isEqualTo(5);
    assertThat(subset.threshold()).isEqualTo(4);
    assertThat(own.admits(subset)).isTrue();
    List<Bytes> four = new ArrayList<>();
    for (Bytes signature : real.cohorts().get(0).signatures()) {
      String sender = world.drill.notary.open(signature.toArray()).sender();
      if (subset.members().contains(sender) && four.size() < 4) {
        four.add(signature);
      }
    }
    List<AllianceCheckpoint.Part> parts =
        List.of(new AllianceCheckpoint.Part(subset, four), real.cohorts().get(1));
    CohortSum sum = real.sums().get(0);
    List<CohortSum> fitting =
        List.of(new CohortSum(subset.digest(), 5, sum.sumRoot()), real.sums().get(1));
    AllianceCheckpoint smaller = new AllianceCheckpoint(World.JOB, 0, next, real.sums(), parts);
    AllianceCheckpoint unsigned = new AllianceCheckpoint(World.JOB, 0, next, fitting, parts);
    for (Site site : world.drill.sites.values()) {
      assertThat(reason(() -> site.handle(world.drill.seal(smaller))))
          .isEqualTo(Reason.COHORT_MISMATCH);
      assertThat(reason(() -> site.handle(world.drill.seal(unsigned))))
          .isEqualTo(Reason.BAD_QUORUM);
    }
    world.certify(real);
  }

  @Test
  void oneCohortsSignaturesCertifyNothing() throws Refusal {
    AllianceWorld world = world();
    world.start(0, 0, 0);
    sumAll(world);
    Digest next = AllianceWorld.stateOf(world.mean());
    world.agree(next, Set.of());
    Bytes own = world.rounds.get(0).checkpoint().orElseThrow();
    byte[] sealed =
        world.drill.notary.seal(
            org.concordat.secureagg.message.Checkpoint.TYPE, 0, 0, own.toArray());
    for (Site site : world.cohorts.get(0).sites.values()) {
      assertThat(reason(() -> site.handle(sealed))).isEqualTo(Reason.NOT_ALL_COHORTS);
    }
    assertThat(world.rounds.get(0).outgoing(world.cohorts.get(0).cohort.members().get(0)))
        .isEmpty();
  }

  @Test
  void aResultListsEveryCohortOnceAndOnesOwnSumInItsPlace() throws Refusal {
    AllianceWorld world = world();
    world.start(0, 0, 0);
    sumAll(world);
    Digest next = AllianceWorld.stateOf(world.mean());
    List<CohortSum> list = world.list();
    Digest root = list.get(0).sumRoot();
    List<CohortSum> swapped = new ArrayList<>(list);
    Collections.swap(swapped, 0, 1);
    List<CohortSum> otherSize = new ArrayList<>(list);
    otherSize.set(0, new CohortSum(list.get(0).cohortDigest(), 250, root));
    List<CohortSum> repeated = List.of(list.get(0), list.get(1), list.get(1));
    World first = world.cohorts.get(0);
    assertThat(refusedResult(first, world.rounds.get(0).result(root, next, List.of())))
        .isEqualTo(Reason.NOT_ALL_COHORTS);
    assertThat(refusedResult(first, world.rounds.get(0).result(root, next, list.subList(0, 2))))
        .isEqualTo(Reason.NOT_ALL_COHORTS);
    for (List<CohortSum> wrong : List.of(swapped, otherSize, repeated)) {
      assertThat(refusedResult(first, world.rounds.get(0).result(root, next, wrong)))
          .isEqualTo(Reason.SUM_MISMATCH);
    }
  }

  private static Reason refusedResult(World cohort, RoundServer published) {
    Site site = cohort.site(0).fork();
    return reason(
        () -> {
          for (byte[] message : published.outgoing(site.name)) {
            site.handle(message);
          }
        });
  }

  @Test
  void aListInARoundOfOneCohortIsRefused() throws Refusal {
    World world = new World(4, 0, 9);
    world.runEpoch(1, Set.of());
    RoundServer round =
        world.flight(world.startRound(world.task(0, 0, 0, 50, World.INITIAL, List.of())), Set.of());
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
    Digest root = MerkleRoot.ofWords(world.sum(round));
    CohortSum own = new CohortSum(world.cohort.digest(), 4, root);
    CohortSum other = new CohortSum(World.digest("other"), 4, root);
    RoundServer published = round.result(root, World.digest("s"), List.of(own, other));
    assertThat(refusedResult(world, published)).isEqualTo(Reason.NOT_ALL_COHORTS);
  }

  /** Results and signatures of one cohort are encoded as before there were several. */
  @Test
  void oneCohortsEncodingsHaveNoList() throws Refusal {
    AllianceWorld world = world();
    world.start(0, 0, 0);
    sumAll(world);
    Digest root = world.list().get(0).sumRoot();
    Result one = world.rounds.get(0).result(root, root).publishedResult().orElseThrow();
    Result several =
        world.rounds.get(0).result(root, root, world.list()).publishedResult().orElseThrow();
    assertThat(several.encode().length - one.encode().length)
        .isEqualTo(4 + 3 * (2 * Digest.SIZE_BYTES + 2));
    assertThat(several.encode()).startsWith(one.encode());
    assertThat(one.sumsDigest()).isEqualTo(Digest.NONE);
    byte[] emptyList = java.util.Arrays.copyOf(one.encode(), one.encode().length + 4);
    assertThatThrownBy(() -> Result.decode(emptyList)).hasMessageContaining("empty list");
    StateSignature plain = new StateSignature(world.rounds.get(0).task().ref(), root, root);
    byte[] zeros = java.util.Arrays.copyOf(plain.encode(), plain.encode().length + 32);
    assertThatThrownBy(() -> StateSignature.decode(zeros)).hasMessageContaining("zero");
  }

  @Test
  void anEpochOfASubsetOfTheCohortIsAcceptedWithoutWeakerParameters() throws Refusal {
    AllianceWorld world = new AllianceWorld(16, 0, 6);
    Cohort own = world.cohorts.get(0).cohort;
    Site site = world.cohorts.get(0).site(0);
    List<String> five = own.members().subList(0, 5);
    Cohort subset =
        new Cohort(
            own.alliance(),
            own.rosterDigest(),
            own.policyDigest(),
            five,
            own.coordinator(),
            0,
            own.minSurvivors());
    Cohort weaker =
        Cohort.of(
            own.alliance(), own.rosterDigest(), own.policyDigest(), five, own.coordinator(), 0);
    Cohort mixed =
        Cohort.of(
            own.alliance(),
            own.rosterDigest(),
            own.policyDigest(),
            List.of(
                five.get(0),
                five.get(1),
                five.get(2),
                five.get(3),
                world.cohorts.get(1).cohort.members().get(0),
                five.get(4)),
            own.coordinator(),
            0);
    assertThat(reason(() -> site.handle(start(world, weaker)))).isEqualTo(Reason.COHORT_MISMATCH);
    assertThat(reason(() -> site.handle(start(world, mixed)))).isEqualTo(Reason.COHORT_MISMATCH);
    assertThat(site.handle(start(world, subset))).hasSize(1);
  }

  private static byte[] start(AllianceWorld world, Cohort cohort) {
    return world.drill.seal(new EpochStart(1, cohort, 0, Digest.NONE));
  }
}
