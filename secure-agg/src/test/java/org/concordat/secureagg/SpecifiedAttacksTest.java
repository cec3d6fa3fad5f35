package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.PairRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;

/**
 * The malicious-coordinator harness as the protocol lists it, what concerns a round; {@link
 * SpecifiedEpochAttacksTest} has the rest. Each case ends in a refusal that names the culprit and
 * leaves the member's disk as it was. Variants are in {@link MaliciousCoordinatorTest}.
 */
class SpecifiedAttacksTest extends UnderAttack {
  @Test
  void twoSurvivorSets() throws Refusal {
    Bytes first = answer(0, survivors(0, 1, 2, 3));
    refused(0, survivors(0, 1, 2), Reason.SECOND_SURVIVOR_SET);
    assertThat(answer(0, survivors(0, 1, 2, 3))).as("the same again").isEqualTo(first);
  }

  @Test
  void bothSharesAskedFor() throws Refusal {
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    byte[] certificate = round.outgoing(world.site(0).name).get(0);
    world.site(0).handle(certificate);
    Certificate good = open(world, certificate, Certificate.class);
    // A second certificate, even with real signatures of colluders, never gets the other kind.
    Survivors three = survivors(0, 1, 2);
    Certificate other =
        new Certificate(
            good.ref(), Bytes.of(three.encode()), good.signatures(), world.commitments(three));
    refused(0, other, Reason.SECOND_SURVIVOR_SET);
    refused(0, new NonRevealRequest(task.ref()), Reason.ALREADY_REVEALED);
    refused(0, new PairRevealRequest(task.ref(), 1), Reason.ALREADY_REVEALED);
    refused(0, new PairRevealRequest(task.ref(), 200), Reason.ALREADY_REVEALED);
    refused(1, new PairRevealRequest(task.ref(), 2), Reason.CERTIFICATE_MISSING);
  }

  /** In the certificate one survivor's root is another's, or that of y + Δ: nobody reveals. */
  @Test
  void aReplacedRoot() throws Refusal {
    Survivors honest = survivors(0, 1, 2, 3);
    List<Survivors.Upload> uploads = new ArrayList<>(honest.uploads());
    uploads.set(3, new Survivors.Upload(3, World.digest("the root of y + delta")));
    Survivors replaced = new Survivors(task.ref(), uploads);
    List<Bytes> signatures = new ArrayList<>();
    for (int i = 0; i < 3; i++) { // each checks its own root only
      signatures.add(answer(i, replaced));
    }
    Bytes set = Bytes.of(replaced.encode());
    List<Bytes> own = world.commitments(honest);
    List<Bytes> forged = new ArrayList<>(own);
    forged.set(
        3, Inbox.seal(world.notary, new UploadCommitment(task.ref(), uploads.get(3).root(), 1)));
    for (int i = 0; i < 4; i++) {
      refused(i, new Certificate(task.ref(), set, signatures, own), Reason.WRONG_ROOT);
      refused(i, new Certificate(task.ref(), set, signatures, forged), Reason.WRONG_ROOT);
      refused(i, new Certificate(task.ref(), set, signatures, List.of()), Reason.WRONG_ROOT);
    }
    // even if the victim had signed it somewhere, it knows what it uploaded
    refused(
        3,
        new Certificate(task.ref(), set, signatures, world.commitments(replaced)),
        Reason.WRONG_ROOT);
  }

  /** Of another attempt, or by a store that the epoch does not pin. */
  @Test
  void aCommitmentToSomethingElse() throws Refusal {
    Survivors set = survivors(0, 1, 2, 3);
    List<Bytes> signatures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      signatures.add(answer(i, set));
    }
    Task other = world.task(0, 0, 1, 50, World.INITIAL, List.of());
    TestNotary victim = new TestNotary(world.site(3).name);
    List<Bytes> commitments = new ArrayList<>(world.commitments(set));
    commitments.set(
        3, Inbox.seal(victim, new UploadCommitment(other.ref(), set.uploads().get(3).root(), 1)));
    Bytes payload = Bytes.of(set.encode());
    refused(0, new Certificate(task.ref(), payload, signatures, commitments), Reason.WRONG_ROOT);
    commitments.set(
        3,
        Inbox.seal(
            victim,
            new Stamp(TestNotary.store("lost"), 1),
            new UploadCommitment(task.ref(), set.uploads().get(3).root(), 1)));
    refused(0, new Certificate(task.ref(), payload, signatures, commitments), Reason.WRONG_STORE);
  }

  @Test
  void listedWithoutHavingUploaded() throws Refusal {
    World late = new World(4, 0, 6);
    late.runEpoch(1, Set.of());
    Task before = late.task(0, 0, 0, 50, World.INITIAL, List.of());
    RoundServer begun = late.flight(late.startRound(before), Set.of(3));
    List<Survivors.Upload> uploads = new ArrayList<>();
    begun
        .uploads()
        .forEach(
            (name, root) -> uploads.add(new Survivors.Upload(late.cohort.indexOf(name), root)));
    uploads.add(new Survivors.Upload(3, World.digest("a root that it never made")));
    Survivors set = new Survivors(before.ref(), uploads);
    List<Bytes> signatures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      signatures.add(Bytes.of(late.site(i).handle(late.seal(set)).get(0)));
    }
    Certificate certificate =
        new Certificate(before.ref(), Bytes.of(set.encode()), signatures, late.commitments(set));
    Refusal refusal = refusal(() -> late.site(3).handle(late.seal(certificate)));
    assertNames(refusal, Reason.NOT_IN_SURVIVORS, World.COORDINATOR);
  }

  /** Its root is right, T members may have signed the state: it is signed by nobody who looks. */
  @Test
  void anImpossibleSum() throws Refusal {
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
    int[] sum = world.sum(round);
    sum[7] += 4 * task.quantisation().levels() + 1 - sum[7];
    Digest next = World.digest("s0");
    Result result = round.result(MerkleRoot.ofWords(sum), next).publishedResult().orElseThrow();
    world.site(0).handle(world.seal(result));
    Refusal refusal = refusal(() -> world.site(0).apply(m -> m.adopt(task.digest(), sum, next)));
    assertNames(refusal, Reason.IMPOSSIBLE_SUM, World.COORDINATOR);
    assertThat(refusal).hasMessageContaining("coordinate 7");
  }

  private Task like(String job, int token, long epoch, Digest model) {
    return new Task(
        job,
        0,
        0,
        epoch,
        token,
        Task.Kind.TRAIN,
        model,
        World.INITIAL,
        World.POLICY,
        world.cohort.digest(),
        50,
        task.quantisation(),
        List.of());
  }

  @Test
  void modelSwapped() {
    refused(0, like(World.JOB, 0, 1, World.digest("poisoned model")), Reason.TOKEN_BURNT);
    refused(0, world.task(0, 0, 0, 50, World.digest("other"), List.of()), Reason.TOKEN_BURNT);
    Task fresh = world.task(0, 0, 1, 50, World.digest("another base state"), List.of());
    refused(0, fresh, Reason.BASE_STATE_MISMATCH);
  }

  @Test
  void tokenReplayed() throws Refusal {
    refused(0, world.task(0, 0, 0, 51, World.INITIAL, List.of()), Reason.TOKEN_BURNT);
    round = world.finish(round, Set.of(), World.digest("s0"));
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    refused(0, task, Reason.TOKEN_CLOSED);
    Task next = world.task(1, 0, 0, 50, World.digest("s0"), List.of());
    refused(0, next, Reason.TOKEN_BURNT);
    world.runEpoch(2, Set.of());
    refused(0, task, Reason.EPOCH_OLD);
    refused(0, like(World.JOB, 5, 1, World.digest("unused token")), Reason.EPOCH_OLD);
  }

  @Test
  void retryAfterAReveal() throws Refusal {
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    for (int revealer : new int[] {0, 1}) {
      world.site(revealer).handle(round.outgoing(world.site(revealer).name).get(0));
      refused(revealer, new NonRevealRequest(task.ref()), Reason.ALREADY_REVEALED);
    }
    List<Bytes> denials = new ArrayList<>();
    denials.add(answer(2, new NonRevealRequest(task.ref())));
    denials.add(answer(3, new NonRevealRequest(task.ref())));
    assertRetryRefused(denials, Reason.BAD_QUORUM);
    denials.add(denials.get(0));
    assertRetryRefused(denials, Reason.BAD_QUORUM);
    denials.set(2, Inbox.seal(world.notary, new NonReveal(task.ref())));
    assertRetryRefused(denials, Reason.BAD_QUORUM);
    refused(0, world.task(0, 0, 1, 50, World.INITIAL, List.of()), Reason.RETRY_WITHOUT_NON_REVEAL);
  }

  private void assertRetryRefused(List<Bytes> denials, Reason reason) {
    Bytes quorum = Bytes.of(new NonRevealQuorum(task.ref(), denials).encode());
    refused(0, world.task(0, 1, 1, 50, World.INITIAL, List.of(quorum)), reason);
  }

  @Test
  void lateUploadCounted() throws Refusal {
    World late = new World(4, 0, 12);
    late.runEpoch(1, Set.of());
    Task due = late.task(0, 0, 0, 50, World.INITIAL, List.of());
    RoundServer frozen = late.flight(late.startRound(due), Set.of(3)).freezeSurvivors();
    Site slow = late.site(3);
    slow.handle(late.seal(due));
    slow.apply(m -> m.protect(due.digest(), new double[50], 1));
    assertNames(refusal(() -> late.deliver(frozen, slow)), Reason.LATE, slow.name);

    RoundServer open = late.flight(frozen, Set.of()).chooseCertificate();
    open = late.flight(open, Set.of());
    // Its y is in the sum all the same, and its mask stays on: every leaf tells.
    late.wires.put(slow.name, slow.blobs.get(slow.uploads.get(0).blobKey()));
    int[] counted = summed(late, open, late.sites.keySet());
    RoundServer lying = open.result(MerkleRoot.ofWords(counted), World.digest("s0"));
    VerifiedRound checked =
        VerifiedRound.of(lying.record().orElseThrow(), new TestNotary(late.site(0).name));
    checked.checkSum(counted);
    Map<String, LeafProof> leaves = new java.util.TreeMap<>();
    open.survivors().forEach(name -> leaves.put(name, onlyLeaf(late.wires.get(name))));
    assertNames(
        refusal(() -> checked.checkLeaf(0, counted, leaves)),
        Reason.SUM_MISMATCH,
        World.COORDINATOR);
    // And it cannot be put into the certified set afterwards.
    List<Survivors.Upload> more =
        new ArrayList<>(Survivors.decode(open(late, open).survivors().toArray()).uploads());
    more.add(new Survivors.Upload(3, MerkleRoot.of(late.wires.get(slow.name), 2)));
    Site signer = late.site(0);
    byte[] set = late.seal(new Survivors(due.ref(), more));
    assertNames(refusal(() -> signer.handle(set)), Reason.SECOND_SURVIVOR_SET, World.COORDINATOR);
  }

  private static Certificate open(World world, RoundServer round) {
    return Certificate.decode(round.certificate().orElseThrow().toArray());
  }

  private static LeafProof onlyLeaf(byte[] wire) {
    return new LeafProof(Bytes.of(wire), MerkleTree.of(List.of(MerkleTree.leafHash(wire))).path(0));
  }

  private static int[] summed(World world, RoundServer round, Iterable<String> members)
      throws Refusal {
    Accumulator all = new Accumulator(16, 0, 51);
    for (String name : members) {
      all.fold(0, world.wires.get(name), 0, 51);
    }
    int[] sum = all.sum();
    Unmasker.unmask(16, sum, 0, round.unmaskingInput(), 1);
    return sum;
  }

  /** The dealer drops out, its W does not open: named, and the round ends through the others. */
  @Test
  void forgedW() throws Refusal {
    World lied = FaultyMemberTest.withForgedRecovery(135);
    String dealer = lied.site(FaultyMemberTest.LIAR).name;
    Set<Integer> away = Set.of(FaultyMemberTest.LIAR);
    Task due = lied.task(0, 0, 0, 30, World.INITIAL, List.of());
    RoundServer open = lied.flight(lied.startRound(due), away);
    open = lied.flight(open.freezeSurvivors(), away).chooseCertificate();
    RoundServer found = lied.flight(open, away);
    assertThat(found.badRecovery()).containsExactly(dealer);
    assertThat(found.evidence()).hasSize(1);
    // Nor can a survivor lie about its pair secret with the dealer.
    PairReveal wrong = new PairReveal(due.ref(), FaultyMemberTest.LIAR, Bytes.of(new byte[32]));
    byte[] sealed = Inbox.seal(new TestNotary(lied.site(0).name), wrong).toArray();
    assertNames(refusal(() -> found.accept(sealed)), Reason.COMMITMENT_MISMATCH, lied.site(0).name);
    assertThat(lied.flight(found, away).phase()).isEqualTo(RoundServer.Phase.APPLYING);
  }

  @Test
  void badShare() throws Refusal {
    RoundServer chosen = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    Site liar = world.site(1);
    byte[] honest = liar.handle(chosen.outgoing(liar.name).get(0)).get(0);
    Reveal reveal = open(world, honest, Reveal.class);
    List<Bytes> shares = new ArrayList<>(reveal.shares());
    shares.set(2, Liar.flip(shares.get(2), 20));
    Reveal bad = new Reveal(reveal.ref(), reveal.survivorsDigest(), shares);
    byte[] sealed = Inbox.seal(new TestNotary(liar.name), bad).toArray();
    assertNames(refusal(() -> chosen.accept(sealed)), Reason.BAD_SHARE, liar.name);
    assertThat(world.flight(chosen, Set.of(1)).phase()).isEqualTo(RoundServer.Phase.APPLYING);
  }

  /** Whatever job, epoch or roster: only with the member's own approval. */
  @Test
  void secondSumFromOneModel() throws Refusal {
    refused(0, world.task(0, 0, 1, 50, World.INITIAL, List.of()), Reason.RETRY_WITHOUT_NON_REVEAL);
    refused(0, world.task(0, 1, 1, 50, World.INITIAL, List.of()), Reason.RETRY_WITHOUT_NON_REVEAL);
    world
        .site(0)
        .apply(m -> m.admitJob(World.terms("job-2", world.cohort, 50, task.quantisation())));
    refused(0, like("job-2", 1, 1, task.modelDigest()), Reason.MODEL_ALREADY_SUMMED);
    world.runEpoch(2, Set.of());
    refused(0, like("job-2", 1, 2, task.modelDigest()), Reason.MODEL_ALREADY_SUMMED);

    Cohort grown =
        Cohort.of(
            world.cohort.alliance(),
            World.digest("the next roster"),
            World.POLICY,
            world.cohort.members(),
            World.COORDINATOR,
            0);
    for (Site site : world.sites.values()) {
      site.apply(m -> m.pin(grown));
    }
    EpochDrill drill = new EpochDrill(world);
    assertThat(drill.run(grown, 3).phase()).isEqualTo(EpochServer.Phase.CERTIFIED);
    Task underNewRoster =
        new Task(
            "job-2",
            0,
            0,
            3,
            1,
            Task.Kind.TRAIN,
            task.modelDigest(),
            World.INITIAL,
            World.POLICY,
            grown.digest(),
            50,
            task.quantisation(),
            List.of());
    refused(0, underNewRoster, Reason.MODEL_ALREADY_SUMMED);
    world.site(0).apply(m -> m.approveSecondSum("job-2", task.modelDigest()));
    world.site(0).handle(world.seal(underNewRoster));
    assertThat(world.site(0).noticed(Notice.TaskAccepted.class)).hasSize(2);
  }

  @Test
  void secondResult() throws Refusal {
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
    int[] sum = world.sum(round);
    Digest next = World.digest("s0");
    Result result = round.result(MerkleRoot.ofWords(sum), next).publishedResult().orElseThrow();
    world.site(0).handle(world.seal(result));
    refused(0, with(result, World.digest("another sum"), next), Reason.SECOND_RESULT);
    refused(0, with(result, result.sumRoot(), World.digest("other")), Reason.SECOND_RESULT);
    world.site(0).apply(m -> m.adopt(task.digest(), sum, next));
    refused(0, with(result, World.digest("another sum"), next), Reason.SECOND_RESULT);
    assertThat(world.site(0).handle(world.seal(result))).as("the same signature").hasSize(1);
  }

  private static Result with(Result r, Digest root, Digest next) {
    return new Result(r.task(), r.survivorsDigest(), root, r.selfSeeds(), r.usedShares(), next);
  }

  /** What was durable binds, though nobody has seen it. */
  @Test
  void memberKilledBetweenPersistAndSend() throws Refusal {
    world.site(0).handle(world.seal(survivors(0, 1, 2, 3)));
    world.site(0).restart();
    refused(0, survivors(0, 1, 2), Reason.SECOND_SURVIVOR_SET);

    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    byte[] certificate = round.outgoing(world.site(0).name).get(0);
    world.site(0).handle(certificate);
    world.site(0).restart();
    refused(0, new NonRevealRequest(task.ref()), Reason.ALREADY_REVEALED);
    world.site(1).handle(world.seal(new NonRevealRequest(task.ref())));
    world.site(1).restart();
    refused(1, certificate, Reason.NON_REVEAL_SIGNED, World.COORDINATOR);
  }

  /** Replayed from its log the coordinator's fold is bound to the choice that it made durable. */
  @Test
  void coordinatorKilledBetweenPersistAndSend() throws Refusal {
    RoundServer frozen = round.freezeSurvivors();
    List<byte[]> signatures = new ArrayList<>();
    for (Site site : world.sites.values()) {
      signatures.addAll(site.handle(frozen.outgoing(site.name).get(0)));
    }
    RoundServer replayed = world.startRound(task);
    for (Site site : world.sites.values()) {
      replayed = replayed.acceptUpload(site.uploads.get(0).sealedCommitment().toArray());
    }
    replayed = replayed.freezeSurvivors();
    for (byte[] signature : signatures) {
      replayed = replayed.accept(signature);
    }
    RoundServer certified = replayed.chooseCertificate();
    assertNames(refusal(certified::chooseNonReveal), Reason.WRONG_STEP, World.COORDINATOR);
    RoundServer voided = replayed.chooseNonReveal();
    assertNames(refusal(voided::chooseCertificate), Reason.WRONG_STEP, World.COORDINATOR);
    // Killed before the choice was durable, it may choose anew: nobody was asked for either.
    assertThat(world.flight(certified, Set.of()).phase()).isEqualTo(RoundServer.Phase.APPLYING);
  }
}
