package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.PairRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;

/**
 * Variants of the attacks that {@link SpecifiedAttacksTest} has by name. Each ends in a refusal
 * with its own reason that names the coordinator, and leaves the member as it was.
 */
class MaliciousCoordinatorTest extends UnderAttack {
  @Test
  void survivorSetsThatAMemberCannotSign() {
    refused(0, survivors(0, 1), Reason.TOO_FEW_SURVIVORS);
    refused(0, survivors(1, 2, 3), Reason.NOT_IN_SURVIVORS);
    List<Survivors.Upload> uploads = new ArrayList<>(survivors(0, 1, 2, 3).uploads());
    uploads.set(0, new Survivors.Upload(0, World.digest("another root")));
    refused(0, new Survivors(task.ref(), uploads), Reason.WRONG_ROOT);
    uploads = new ArrayList<>(survivors(0, 1, 2, 3).uploads());
    uploads.add(new Survivors.Upload(9, World.digest("a puppet")));
    refused(0, new Survivors(task.ref(), uploads), Reason.NOT_A_PARTICIPANT);
  }

  @Test
  void certificateWithoutAQuorum() throws Refusal {
    Survivors set = survivors(0, 1, 2, 3);
    List<Bytes> signatures = new ArrayList<>();
    for (int i : new int[] {0, 1}) {
      signatures.add(Bytes.of(world.site(i).handle(world.seal(set)).get(0)));
    }
    Bytes payload = Bytes.of(set.encode());
    refused(
        2,
        new Certificate(task.ref(), payload, signatures, world.commitments(set)),
        Reason.BAD_QUORUM);
    signatures.add(signatures.get(0));
    refused(
        2,
        new Certificate(task.ref(), payload, signatures, world.commitments(set)),
        Reason.BAD_QUORUM);
    // signed for {0,1,2,3}, presented for {0,1,2}
    signatures.set(2, Bytes.of(world.site(2).handle(world.seal(set)).get(0)));
    Survivors three = survivors(0, 1, 2);
    Bytes other = Bytes.of(three.encode());
    refused(
        2,
        new Certificate(task.ref(), other, signatures, world.commitments(three)),
        Reason.BAD_QUORUM);
    assertThat(
            world
                .site(3)
                .handle(
                    world.seal(
                        new Certificate(task.ref(), payload, signatures, world.commitments(set)))))
        .hasSize(1);
  }

  @Test
  void revealAfterNonReveal() throws Refusal {
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    byte[] certificate = round.outgoing(world.site(0).name).get(0);
    world.site(0).handle(world.seal(new NonRevealRequest(task.ref())));
    refused(0, certificate, Reason.NON_REVEAL_SIGNED, World.COORDINATOR);
    refused(0, task, Reason.NON_REVEAL_SIGNED);
  }

  @Test
  void aTokenIsBurntForExactlyOneTask() throws Refusal {
    for (Task other :
        List.of(
            world.task(0, 0, 0, 51, World.INITIAL, List.of()),
            world.task(
                0, 0, 0, 50, World.INITIAL, new Quantisation(24, 8, 10, 1, 100), List.of()))) {
      refused(0, other, Reason.TOKEN_BURNT);
      refused(0, new NonRevealRequest(other.ref()), Reason.TOKEN_BURNT);
      refused(0, new Survivors(other.ref(), survivors(0, 1, 2).uploads()), Reason.TASK_UNKNOWN);
    }
  }

  @Test
  void twoTasksOfOneRoundBurnTwoTokensButMakeOneUpload() throws Refusal {
    World fresh = new World(4, 0, 6);
    fresh.runEpoch(1, Set.of());
    Site site = fresh.site(0);
    Task one = fresh.task(0, 0, 0, 5, World.INITIAL, List.of());
    Task two = fresh.task(0, 0, 1, 5, World.INITIAL, List.of());
    site.handle(fresh.seal(one));
    site.handle(fresh.seal(two));
    site.apply(m -> m.protect(one.digest(), new double[5], 1));
    Refusal refusal =
        Assertions.catchThrowableOfType(
            Refusal.class, () -> site.apply(m -> m.protect(two.digest(), new double[5], 1)));
    assertThat(refusal.reason()).isEqualTo(Reason.RETRY_WITHOUT_NON_REVEAL);
  }

  @Test
  void retryQuorumsThatDoNotFit() throws Refusal {
    List<Bytes> nonReveals = new ArrayList<>();
    for (int i : new int[] {1, 2}) {
      nonReveals.add(
          Bytes.of(world.site(i).handle(world.seal(new NonRevealRequest(task.ref()))).get(0)));
    }
    Bytes two = Bytes.of(new NonRevealQuorum(task.ref(), nonReveals).encode());
    refused(0, world.task(0, 1, 1, 50, World.INITIAL, List.of(two)), Reason.BAD_QUORUM);
    nonReveals.add(
        Bytes.of(world.site(3).handle(world.seal(new NonRevealRequest(task.ref()))).get(0)));
    TokenRef other = world.task(0, 0, 9, 50, World.INITIAL, List.of()).ref();
    Bytes moved = Bytes.of(new NonRevealQuorum(other, nonReveals).encode());
    refused(0, world.task(0, 1, 1, 50, World.INITIAL, List.of(moved)), Reason.BAD_QUORUM);
    // a real quorum for a token that this member never uploaded under does not excuse its upload
    List<Bytes> elsewhere = new ArrayList<>();
    for (int i : new int[] {1, 2, 3}) {
      elsewhere.add(Bytes.of(world.site(i).handle(world.seal(new NonRevealRequest(other))).get(0)));
    }
    Bytes decoy = Bytes.of(new NonRevealQuorum(other, elsewhere).encode());
    refused(
        0, world.task(0, 1, 1, 50, World.INITIAL, List.of(decoy)), Reason.RETRY_WITHOUT_NON_REVEAL);
    Bytes good = Bytes.of(new NonRevealQuorum(task.ref(), nonReveals).encode());
    world.site(0).handle(world.seal(world.task(0, 1, 1, 50, World.INITIAL, List.of(good))));
    assertThat(world.site(0).noticed(Notice.AttemptVoided.class)).hasSize(1);
    assertThat(world.site(0).blobs).isEmpty();
  }

  @Test
  void membersShownDifferentTasksGiveNoise() throws Refusal {
    World fresh = new World(4, 0, 8);
    fresh.runEpoch(1, Set.of());
    Task good = fresh.task(0, 0, 0, 200, World.INITIAL, List.of());
    Task swapped =
        new Task(
            good.job(),
            0,
            0,
            1,
            0,
            good.kind(),
            World.digest("another model"),
            World.INITIAL,
            World.POLICY,
            good.cohortDigest(),
            200,
            good.quantisation(),
            List.of());
    RoundServer server = fresh.startRound(good);
    for (Site site : fresh.sites.values()) {
      Task shown = site == fresh.site(3) ? swapped : good;
      site.handle(fresh.seal(shown));
      site.apply(m -> m.protect(shown.digest(), new double[200], 1));
      if (shown == good) {
        server = fresh.deliver(server, site);
      }
    }
    // its commitment is about another task: it cannot even be counted in
    RoundServer before = server;
    Refusal refusal =
        Assertions.catchThrowableOfType(Refusal.class, () -> fresh.deliver(before, fresh.site(3)));
    assertThat(refusal.reason()).isEqualTo(Reason.TASK_MISMATCH);
    // and added up regardless, masks do not cancel: zero updates would give words in a narrow band
    int[] sum = new int[201];
    fresh
        .wires
        .values()
        .forEach(wire -> org.concordat.secureagg.kernel.Ring.accumulate(16, sum, 0, wire, 0, 201));
    org.concordat.secureagg.kernel.Ring.centre(16, sum);
    long wild = java.util.Arrays.stream(sum, 0, 200).filter(word -> Math.abs(word) > 1000).count();
    assertThat(wild).isGreaterThan(150);
  }

  @Test
  void tasksBoundElsewhere() {
    Task good = world.task(0, 0, 2, 50, World.INITIAL, List.of());
    Digest wrong = World.digest("wrong");
    refused(0, with(good, 1, wrong, good.cohortDigest(), World.INITIAL), Reason.TASK_MISMATCH);
    refused(0, with(good, 1, World.POLICY, wrong, World.INITIAL), Reason.TASK_MISMATCH);
    refused(
        0,
        with(good, 2, World.POLICY, good.cohortDigest(), World.INITIAL),
        Reason.EPOCH_NOT_CERTIFIED);
    refused(0, with(good, 1, World.POLICY, good.cohortDigest(), wrong), Reason.BASE_STATE_MISMATCH);
    refused(0, world.task(1, 0, 2, 50, World.INITIAL, List.of()), Reason.BASE_STATE_MISMATCH);
    refused(
        0,
        world.task(0, 0, 2, 50, World.INITIAL, new Quantisation(16, 15, 1, 1, 1), List.of()),
        Reason.TASK_MISMATCH);
  }

  private static Task with(Task t, long epoch, Digest policy, Digest cohort, Digest base) {
    return new Task(
        t.job(),
        0,
        0,
        epoch,
        t.token(),
        t.kind(),
        World.digest("new model"),
        base,
        policy,
        cohort,
        t.vectorLength(),
        t.quantisation(),
        List.of());
  }

  @Test
  void secondResultAndFalseResults() throws Refusal {
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
    int[] sum = world.sum(round);
    Digest next = World.digest("s0");
    Result result = round.result(MerkleRoot.ofWords(sum), next).publishedResult().orElseThrow();
    List<Bytes> seeds = new ArrayList<>(result.selfSeeds());
    seeds.set(1, Bytes.of(new byte[32]));
    refused(
        0, copy(result, result.survivorsDigest(), result.sumRoot(), seeds, next), Reason.BAD_SEED);
    refused(
        0,
        copy(result, World.digest("x"), result.sumRoot(), result.selfSeeds(), next),
        Reason.CERTIFICATE_MISSING);
    world.site(0).handle(world.seal(result));
    refused(
        0,
        copy(result, result.survivorsDigest(), World.digest("other sum"), result.selfSeeds(), next),
        Reason.SECOND_RESULT);
    Site site = world.site(0);
    int[] altered = sum.clone();
    altered[7]++;
    assertThat(adoptRefusal(site, altered, next).reason()).isEqualTo(Reason.SUM_MISMATCH);
    assertThat(adoptRefusal(site, new int[3], next).reason()).isEqualTo(Reason.SUM_MISMATCH);
    Refusal lied = adoptRefusal(site, sum, World.digest("what I computed"));
    assertThat(lied.reason()).isEqualTo(Reason.STATE_MISMATCH);
    assertThat(lied.culprit()).isEqualTo(World.COORDINATOR);
    assertThat(site.apply(m -> m.adopt(task.digest(), sum, next))).hasSize(1);
    assertThat(site.handle(world.seal(result))).as("the same signature again").hasSize(1);
    refused(0, task, Reason.TOKEN_CLOSED);
  }

  private Refusal adoptRefusal(Site site, int[] sum, Digest next) {
    return Assertions.catchThrowableOfType(
        Refusal.class, () -> site.apply(m -> m.adopt(task.digest(), sum, next)));
  }

  private static Result copy(
      Result r, Digest survivors, Digest root, List<Bytes> seeds, Digest next) {
    return new Result(r.task(), survivors, root, seeds, r.usedShares(), next);
  }

  @Test
  void aCertifiedStateOverridesWithAnAlarm() throws Refusal {
    round = world.finish(round, Set.of(), World.digest("s0"));
    Checkpoint real = Checkpoint.decode(round.checkpoint().orElseThrow().toArray());
    refused(
        0, new Checkpoint(real.ref(), World.digest("other"), real.signatures()), Reason.BAD_QUORUM);
    refused(
        0,
        new Checkpoint(real.ref(), real.stateDigest(), real.signatures().subList(0, 2)),
        Reason.BAD_QUORUM);
    List<Bytes> forged = new ArrayList<>();
    for (int i : new int[] {1, 2, 3}) {
      StateSignature signature =
          new StateSignature(real.ref(), World.digest("result"), World.digest("other"));
      forged.add(Inbox.seal(new TestNotary(world.site(i).name), signature));
    }
    world.site(0).handle(world.seal(new Checkpoint(real.ref(), World.digest("other"), forged)));
    assertThat(world.site(0).noticed(Notice.StateOverridden.class)).hasSize(1);
  }

  @Test
  void onlyTheCoordinatorIsObeyed() {
    TestNotary member = new TestNotary(world.site(1).name);
    for (Message message :
        List.of(
            task,
            survivors(0, 1, 2, 3),
            new NonRevealRequest(task.ref()),
            new PairRevealRequest(task.ref(), 1))) {
      refused(
          0, Inbox.seal(member, message).toArray(), Reason.NOT_THE_COORDINATOR, world.site(1).name);
    }
    byte[] forged = world.seal(survivors(0, 1, 2, 3));
    forged[3] ^= 1;
    refused(0, forged, Reason.BAD_ENVELOPE, "unknown");
    byte[] misbound = world.notary.seal(Task.TYPE, 5, 0, task.encode());
    refused(0, misbound, Reason.MISBOUND, World.COORDINATOR);
    byte[] mistyped = world.notary.seal(Survivors.TYPE, 0, 0, task.encode());
    refused(0, mistyped, Reason.MALFORMED, World.COORDINATOR);
  }

  @Test
  void epochsThatAMemberDoesNotBegin() throws Refusal {
    Cohort c = world.cohort;
    Manifest manifest = world.lastManifest;
    refused(0, new EpochStart(1, c, 0, Digest.NONE), Reason.EPOCH_OLD);
    refused(0, new EpochStart(2, c, 0, Digest.NONE), Reason.EPOCH_OLD);
    refused(0, new EpochStart(2, c, 1, World.digest("forged")), Reason.TWO_MANIFESTS);
    for (Cohort other :
        List.of(
            new Cohort(
                c.alliance(),
                World.digest("old"),
                c.policyDigest(),
                c.members(),
                c.coordinator(),
                0,
                3),
            new Cohort(
                c.alliance(),
                c.rosterDigest(),
                World.digest("old"),
                c.members(),
                c.coordinator(),
                0,
                3),
            new Cohort(
                "elsewhere",
                c.rosterDigest(),
                c.policyDigest(),
                c.members(),
                c.coordinator(),
                0,
                3),
            Cohort.of(
                c.alliance(),
                c.rosterDigest(),
                c.policyDigest(),
                List.of(world.site(0).name, "puppet-1", "puppet-2", "puppet-3"),
                c.coordinator(),
                0))) {
      refused(0, new EpochStart(2, other, 1, manifest.digest()), Reason.COHORT_MISMATCH);
    }
    Cohort without =
        Cohort.of(
            c.alliance(),
            c.rosterDigest(),
            c.policyDigest(),
            c.members().subList(1, 4),
            c.coordinator(),
            0);
    refused(0, new EpochStart(2, without, 1, manifest.digest()), Reason.NOT_A_MEMBER);
    for (int start = 2; start <= 10; start++) {
      world.site(0).handle(world.seal(new EpochStart(start, c, 1, manifest.digest())));
    }
    refused(0, new EpochStart(11, c, 1, manifest.digest()), Reason.TOO_MANY_RESTARTS);
    refused(0, new EpochStart(10, c, 0, Digest.NONE), Reason.CONFLICTING_MESSAGE);
  }

  @Test
  void aMemberNeverAnswersForAJobItDidNotAdmit() {
    Task good = world.task(0, 0, 2, 50, World.INITIAL, List.of());
    Task stranger =
        new Task(
            "job-9",
            0,
            0,
            1,
            2,
            good.kind(),
            World.digest("new"),
            World.INITIAL,
            World.POLICY,
            good.cohortDigest(),
            50,
            good.quantisation(),
            List.of());
    refused(0, stranger, Reason.JOB_UNKNOWN);
  }
}
