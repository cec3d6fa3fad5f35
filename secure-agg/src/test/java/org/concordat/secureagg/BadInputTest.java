package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.kernel.NoWeightException;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.WeightedMean;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs at and beyond every edge: refused before anything is masked, with what would do. */
class BadInputTest {
  private static final int LENGTH = 20;

  private static Cohort cohort(int n, int c) {
    List<String> members = IntStream.range(0, n).mapToObj("member-%03d"::formatted).toList();
    return Cohort.of("a", World.ROSTER, World.POLICY, members, World.COORDINATOR, c);
  }

  // --- members

  @ParameterizedTest(name = "{0} members")
  @ValueSource(ints = {0, 1, 2})
  void tooFewMembers(int n) {
    assertThatThrownBy(() -> cohort(n, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 3");
  }

  /** n, c without progress, and what the refusal names instead. */
  @ParameterizedTest(name = "n = {0}, c = {1}")
  @CsvSource({"3, 1, 4 members", "4, 2, 5 members", "5, 3, 6 members", "250, 250, 253 members"})
  void parametersThatMakeNoProgressNameThoseThatDo(int n, int c, String feasible) {
    assertThatThrownBy(() -> cohort(n, c))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("Feasible: " + feasible);
    int named = Integer.parseInt(feasible.split(" ")[0]);
    assertThat(cohort(named, c).toleratedDrops()).isNotNegative();
    assertThatThrownBy(() -> cohort(named - 1, c)).isInstanceOf(InfeasibleCohortException.class);
  }

  @Test
  void moreDropsThanTheCohortToleratesAreRefused() {
    Cohort c = cohort(6, 1);
    for (int survivors : new int[] {7, 100}) {
      assertThatThrownBy(
              () ->
                  new Cohort(
                      "a",
                      World.ROSTER,
                      World.POLICY,
                      c.members(),
                      World.COORDINATOR,
                      1,
                      survivors))
          .isInstanceOf(InfeasibleCohortException.class)
          .hasMessageContaining("Ask for 4 to 6");
    }
  }

  // --- drops

  @Test
  void allDropBeforeTheEpoch() {
    World world = new World(4, 0, 61);
    EpochServer epoch = EpochServer.start(world.cohort, 1, null, world.notary);
    assertThatThrownBy(epoch::closeStep)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("0 answers, 3 needed")
        .hasMessageContaining("member-000");
    assertThat(epoch.waiting().missing()).hasSize(4);
  }

  @Test
  void allDropBeforeUploading() throws Refusal {
    World world = new World(4, 0, 62);
    world.runEpoch(1, Set.of());
    RoundServer round = world.startRound(world.task(0, 0, 0, LENGTH, World.INITIAL, List.of()));
    assertThatThrownBy(round::freezeSurvivors)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("0 uploads, 3 needed");
    assertThat(round.waiting().missing()).hasSize(4);
    // Nobody is counted as denying: the attempt waits, or is voided once T are back and say so.
    RoundServer voiding = round.chooseNonReveal();
    assertThat(world.flight(voiding, Set.of(0, 1, 2, 3)).phase())
        .isEqualTo(RoundServer.Phase.VOIDING);
    assertThat(world.flight(voiding, Set.of()).phase()).isEqualTo(RoundServer.Phase.VOIDED);
  }

  @Test
  void allDropAfterUploadingAndTheRoundWaits() throws Refusal {
    World world = new World(4, 0, 63);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 0, LENGTH, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of()).freezeSurvivors();
    assertThatThrownBy(round::chooseCertificate).hasMessageContaining("0 survivor signatures, 3");
    RoundServer certified = world.flight(round, Set.of()).chooseCertificate();
    assertThat(certified.phase()).isEqualTo(RoundServer.Phase.UNMASKING);
    assertThat(certified.waiting().missing()).hasSize(4);
    assertThatThrownBy(certified::unmaskingInput).hasMessageContaining("waiting for");
    assertThat(world.flight(certified, Set.of()).phase()).isEqualTo(RoundServer.Phase.APPLYING);
  }

  /** n = 6, c = 1: T = 4 are enough for every step, three are not. */
  @Test
  void allButTDrop() throws Refusal {
    World world = new World(6, 1, 64);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 0, LENGTH, World.INITIAL, List.of());
    RoundServer three = world.flight(world.startRound(task), Set.of(3, 4, 5));
    assertThatThrownBy(three::freezeSurvivors).hasMessageContaining("3 uploads, 4 needed");
    RoundServer four = world.flight(three, Set.of(4, 5));
    RoundServer done = world.finish(four, Set.of(4, 5), World.digest("s0"));
    assertThat(done.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    assertThat(done.survivors()).hasSize(4);
  }

  // --- updates and weights

  private static World open(long seed) throws Refusal {
    World world = new World(4, 0, seed);
    world.runEpoch(1, Set.of());
    return world;
  }

  private static void assertRefusedBeforeMasking(double[] update, double weight) throws Refusal {
    World world = open(65);
    Task task = world.task(0, 0, 0, LENGTH, World.INITIAL, List.of());
    Site site = world.site(0);
    site.handle(world.seal(task));
    var before = site.diskCopy();
    Refusal refusal =
        UnderAttack.refusal(() -> site.apply(m -> m.protect(task.digest(), update, weight)));
    UnderAttack.assertNames(refusal, Reason.BAD_UPDATE, site.name);
    assertThat(site.disk).usingRecursiveComparison().isEqualTo(before);
    assertThat(site.blobs).isEmpty();
    assertThat(site.apply(m -> m.giveUp(task.digest(), "no valid update"))).hasSize(1);
    UnderAttack.assertNames(
        UnderAttack.refusal(() -> site.apply(m -> m.protect(task.digest(), new double[LENGTH], 1))),
        Reason.WRONG_STEP,
        site.name);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LENGTH - 1, LENGTH + 1, 10 * LENGTH})
  void aVectorOfAnotherLength(int length) throws Refusal {
    assertRefusedBeforeMasking(new double[length], 1);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MAX_VALUE,
        -1e300
      })
  void valuesThatAreNoNumbersOrOverflowTheNorm(double value) throws Refusal {
    for (int at : new int[] {0, LENGTH / 2, LENGTH - 1}) {
      double[] update = new double[LENGTH];
      update[at] = value;
      assertRefusedBeforeMasking(update, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        -1,
        -Double.MIN_VALUE,
        100.0000001,
        Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void weightsBeyondTheBound(double weight) throws Refusal {
    assertRefusedBeforeMasking(new double[LENGTH], weight);
  }

  /** The mean of a round in which everyone sends the same update with these weights. */
  private static WeightedMean mean(Quantisation quantisation, double value, double... weights)
      throws Refusal {
    World world = open(66);
    Task task = world.task(0, 0, 0, LENGTH, World.INITIAL, quantisation, Collections.emptyList());
    RoundServer round = world.startRound(task);
    double[] update = new double[LENGTH];
    Arrays.fill(update, value);
    for (int i = 0; i < weights.length; i++) {
      Site site = world.site(i);
      site.handle(world.seal(task));
      assertThat(site.noticed(Notice.TaskAccepted.class)).hasSize(1);
      round = world.upload(round, site, update, weights[i]);
    }
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    int[] sum = world.sum(world.flight(round, Set.of()));
    return new Quantiser(quantisation, 4).mean(sum);
  }

  @Test
  void aWeightOfZeroCountsForNothing() throws Refusal {
    Quantisation q = Quantisation.forCohort(8, 4, 10, 1, 100);
    WeightedMean mean = mean(q, 1, 100, 0, 0, 0);
    assertThat(mean.totalWeight()).isCloseTo(100, within(1e-9));
    assertThat(mean.mean()).containsOnly(1.0);
  }

  @Test
  void noWeightAtAllIsAnAbortAndNoDivision() {
    Quantisation q = Quantisation.forCohort(8, 4, 10, 1, 100);
    assertThatThrownBy(() -> mean(q, 1, 0, 0, 0, 0)).isInstanceOf(NoWeightException.class);
  }

  /** Everyone at the coordinate bound with the greatest weight: the ring's extremes, both signs. */
  @ParameterizedTest(name = "q = {0}")
  @ValueSource(ints = {2, 8, 14, 16, 22, 24})
  void valuesAtTheClipDoNotWrap(int quantBits) throws Refusal {
    double clip = 0.5 * Math.sqrt(LENGTH);
    Quantisation q = Quantisation.forCohort(quantBits, 4, clip, 0.5, 7);
    for (double sign : new double[] {1, -1}) {
      WeightedMean mean = mean(q, sign * 0.5, 7, 7, 7, 7);
      assertThat(mean.totalWeight()).isCloseTo(28, within(1e-9));
      for (double value : mean.mean()) {
        assertThat(value).isCloseTo(sign * 0.5, within(1e-9));
      }
    }
    // Beyond the clip: scaled to its norm, then at the bound again.
    assertThat(mean(q, 1e100, 7, 7, 7, 7).mean()[0]).isCloseTo(0.5, within(1e-6));
  }

  // --- the ring

  @Test
  void bTooSmallForTheCohort() throws Refusal {
    World world = open(67);
    Quantisation narrow = new Quantisation(16, 15, 1, 1, 1);
    Task task = world.task(0, 0, 0, LENGTH, World.INITIAL, narrow, List.of());
    assertThatThrownBy(() -> world.startRound(task))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("16 wire bits can wrap")
        .hasMessageContaining("need 17");
    Refusal refusal = UnderAttack.refusal(() -> world.site(0).handle(world.seal(task)));
    UnderAttack.assertNames(refusal, Reason.TASK_MISMATCH, World.COORDINATOR);
    assertThat(refusal).hasMessageContaining("need 17");
    assertThat(Quantisation.forCohort(15, 4, 1, 1, 1).wireBits()).isEqualTo(24);
    assertThat(Quantisation.forCohort(14, 4, 1, 1, 1).wireBits()).isEqualTo(16);
  }
}
