package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member's state is bounded, and what is forgotten is refused, never answered anew. */
class PruningTest {
  private static final int M = 5;

  /** Keys of epoch 10 have a digit more than those of epoch 9. */
  private static final int LONGER_KEYS = 2000;

  private static Digest state(long round) {
    return round < 0 ? World.INITIAL : World.digest("state-" + round);
  }

  private static Task round(World world, long round, int token) throws Refusal {
    Task task = world.task(round, 0, token, M, state(round - 1), List.of());
    RoundServer ended =
        world.finish(world.flight(world.startRound(task), Set.of()), Set.of(), state(round));
    assertThat(ended.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    world.sites.values().forEach(site -> site.notices.clear());
    world.sites.values().forEach(site -> site.uploads.clear());
    return task;
  }

  private static long bytes(Site site) {
    return site.disk.entrySet().stream()
        .mapToLong(entry -> entry.getKey().length() + entry.getValue().length)
        .sum();
  }

  @BeforeEach
  void fast() {
    TestNotary.hashInsteadOfSigning(true);
  }

  @AfterEach
  void signAgain() {
    TestNotary.hashInsteadOfSigning(false);
  }

  @Test
  void aThousandRoundsLeaveThirtyThreeBytesEach() throws Refusal {
    World world = new World(3, 0, 51);
    long[] sizes = new long[16];
    long[] keys = new long[16];
    for (int epoch = 0; epoch < 16; epoch++) {
      world.runEpoch(epoch + 1, Set.of());
      for (int token = 0; token < 64; token++) {
        round(world, 64L * epoch + token, token);
      }
      sizes[epoch] = bytes(world.site(0));
      keys[epoch] = world.site(0).disk.size();
      assertThat(world.site(0).blobs).isEmpty();
    }
    long eachEpoch = 64 * 33 + 10;
    for (int epoch = 3; epoch < 16; epoch++) {
      assertThat(sizes[epoch])
          .isBetween(sizes[2], sizes[2] + (epoch - 2) * eachEpoch + LONGER_KEYS);
      assertThat(keys[epoch]).as("one key an epoch").isEqualTo(keys[2] + epoch - 2);
    }
  }

  @Test
  void whatIsForgottenIsRefused() throws Refusal {
    World world = new World(3, 0, 52);
    world.runEpoch(1, Set.of());
    byte[] first = world.epoch.certificate().orElseThrow();
    Task old = round(world, 0, 0);
    for (int epoch = 2; epoch <= 3; epoch++) {
      world.runEpoch(epoch, Set.of());
      round(world, epoch - 1, 0);
    }
    Site site = world.site(0);
    assertThat(site.disk.keySet()).noneMatch(key -> key.startsWith("token/1/"));
    assertRefused(site, world.seal(new NonRevealRequest(old.ref())), Reason.EPOCH_OLD);
    assertRefused(site, first, Reason.EPOCH_OLD);
    assertRefused(site, world.seal(old), Reason.EPOCH_OLD);
    Task second = like(world, old, "job-2");
    site.apply(m -> m.admitJob(World.terms("job-2", world.cohort, M, old.quantisation())));
    assertRefused(site, world.seal(second), Reason.MODEL_ALREADY_SUMMED);
    site.apply(m -> m.approveSecondSum("job-2", old.modelDigest()));
    assertThat(site.handle(world.seal(second))).isEmpty();
    assertThat(site.member().openTasks()).hasSize(1);
  }

  /** A late question about the epoch before the one in force is still answered. */
  @Test
  void theEpochBeforeTheOneInForceIsKept() throws Refusal {
    World world = new World(3, 0, 56);
    world.runEpoch(1, Set.of());
    Task first = round(world, 0, 0);
    Site site = world.site(0);
    String task = "task/" + first.digest().hex();
    world.runEpoch(2, Set.of());
    round(world, 1, 0);
    assertThat(site.disk.keySet())
        .anyMatch(key -> key.startsWith("token/1/"))
        .anyMatch(key -> key.startsWith("manifest/1"))
        .contains(task);
    world.runEpoch(3, Set.of());
    assertThat(site.disk.keySet())
        .noneMatch(key -> key.startsWith("token/1/"))
        .noneMatch(key -> key.startsWith("manifest/1"))
        .doesNotContain(task)
        .anyMatch(key -> key.startsWith("token/2/"));
  }

  @Test
  void everyModelOfAForgottenEpochIsRememberedAndOnlyTheLastResultIsKept() throws Refusal {
    World world = new World(3, 0, 57);
    world.runEpoch(1, Set.of());
    round(world, 0, 0);
    Task second = round(world, 1, 1);
    Site site = world.site(0);
    assertThat(site.disk.keySet()).filteredOn(key -> key.startsWith("result/")).hasSize(1);
    world.runEpoch(2, Set.of());
    world.runEpoch(3, Set.of());
    assertThat(site.disk.keySet()).noneMatch(key -> key.startsWith("token/1/"));
    site.apply(m -> m.admitJob(World.terms("job-2", world.cohort, M, second.quantisation())));
    assertRefused(site, world.seal(like(world, second, "job-2")), Reason.MODEL_ALREADY_SUMMED);
  }

  /** It gave no update for the model: nothing can be subtracted. */
  @Test
  void aTaskThatWasNeverUploadedForIsForgottenWithItsJob() throws Refusal {
    World world = new World(3, 0, 58);
    world.runEpoch(1, Set.of());
    Task taken = world.task(0, 0, 0, M, World.INITIAL, List.of());
    Site site = world.site(0);
    assertThat(site.handle(world.seal(taken))).isEmpty();
    site.apply(m -> m.endJob(World.JOB));
    site.apply(m -> m.admitJob(World.terms("job-2", world.cohort, M, taken.quantisation())));
    for (Site other : List.of(world.site(1), world.site(2))) {
      other.apply(m -> m.admitJob(World.terms("job-2", world.cohort, M, taken.quantisation())));
    }
    world.runEpoch(2, Set.of());
    world.runEpoch(3, Set.of());
    assertThat(site.disk.keySet()).noneMatch(key -> key.startsWith("token/1/"));
    assertThat(site.handle(world.seal(like(world, taken, "job-2")))).isEmpty();
    assertThat(site.member().openTasks()).hasSize(1);
  }

  /** A round that is still open keeps what its retry needs, however many epochs go by. */
  @Test
  void anUnsettledRoundIsRemembered() throws Refusal {
    World world = new World(3, 0, 53);
    world.runEpoch(1, Set.of());
    Task open = world.task(0, 0, 0, M, World.INITIAL, List.of());
    RoundServer waits = world.flight(world.startRound(open), Set.of());
    for (int epoch = 2; epoch <= 5; epoch++) {
      world.runEpoch(epoch, Set.of());
    }
    Site site = world.site(0);
    assertRefused(
        site,
        world.seal(world.task(0, 0, 1, M, World.INITIAL, List.of())),
        Reason.RETRY_WITHOUT_NON_REVEAL);
    RoundServer voided = world.flight(waits.chooseNonReveal(), Set.of());
    assertThat(voided.phase()).isEqualTo(RoundServer.Phase.VOIDED);
    Task retry =
        world.task(0, 1, 2, M, World.INITIAL, List.of(voided.nonRevealQuorum().orElseThrow()));
    RoundServer ended =
        world.finish(world.flight(world.startRound(retry), Set.of()), Set.of(), state(0));
    assertThat(ended.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    for (int epoch = 6; epoch <= 8; epoch++) {
      world.runEpoch(epoch, Set.of());
    }
    assertThat(site.disk.keySet())
        .noneMatch(key -> key.startsWith("token/") || key.startsWith("manifest/1"));
  }

  @Test
  void ofAJobThatIsOverOnlyThatIsKept() throws Refusal {
    World world = new World(3, 0, 54);
    world.runEpoch(1, Set.of());
    Task task = round(world, 0, 0);
    Site site = world.site(0);
    site.apply(m -> m.approveSecondSum(World.JOB, task.modelDigest()));
    assertThat(site.disk.keySet()).filteredOn(key -> key.startsWith("job/")).hasSize(3);
    site.apply(m -> m.endJob(World.JOB));
    assertThat(site.disk.keySet())
        .filteredOn(key -> key.startsWith("job/") || key.startsWith("result/"))
        .containsExactly("job/ended/" + World.JOB);
    Refusal again =
        UnderAttack.refusal(
            () ->
                site.apply(
                    m -> m.admitJob(World.terms(World.JOB, world.cohort, M, World.QUANTISATION))));
    assertThat(again.reason()).isEqualTo(Reason.JOB_UNKNOWN);
  }

  /** A manifest of members among whom this one is not leaves its own epoch in force. */
  @Test
  void aManifestOfOthersDoesNotRetireMine() throws Refusal {
    World world = new World(4, 0, 55);
    world.runEpoch(1, Set.of());
    Cohort others = EpochDrill.without(world.cohort, world.site(3).name);
    EpochDrill drill = new EpochDrill(world);
    drill.run(others, 2);
    Site site = world.site(3);
    site.handle(world.epoch.certificate().orElseThrow());
    assertThat(site.member().epoch()).hasValue(1);
    assertThat(site.disk.keySet()).anyMatch(key -> key.startsWith("secret/1/"));
    assertThat(world.site(0).member().epoch()).hasValue(2);
  }

  private static Task like(World world, Task old, String job) {
    return new Task(
        job,
        0,
        0,
        world.lastManifest.epoch(),
        5,
        old.kind(),
        old.modelDigest(),
        World.INITIAL,
        World.POLICY,
        world.cohort.digest(),
        M,
        old.quantisation(),
        List.of());
  }

  private static void assertRefused(Site site, byte[] sealed, Reason reason) {
    Refusal refusal = UnderAttack.refusal(() -> site.handle(sealed));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
  }
}
