package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Equivocation;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * "Incarnations", "A new incarnation", "Rolled back or cloned": lost, restored and copied stores.
 */
class StoresTest {
  private static final int LOST = 0;

  private World world;
  private Task task;
  private RoundServer round;

  /** A round of five in which everybody has uploaded and revealed; then one store is lost. */
  @BeforeEach
  void everybodyHasRevealed() throws Refusal {
    world = new World(5, 0, 41);
    world.runEpoch(1, Set.of());
    task = world.task(0, 0, 0, 20, World.INITIAL, List.of());
    round = world.flight(world.startRound(task), Set.of());
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
  }

  private Site emptied() throws Refusal {
    Site site = world.site(LOST);
    site.disk.clear();
    site.blobs.clear();
    site.restart();
    site.apply(m -> m.begin(Optional.empty()));
    site.apply(m -> m.pin(world.cohort));
    site.apply(m -> m.admitJob(World.terms(World.JOB, world.cohort, 20, task.quantisation())));
    return site;
  }

  private Refusal refused(Site site, byte[] sealed, Reason reason) {
    var before = site.diskCopy();
    Refusal refusal = UnderAttack.refusal(() -> site.handle(sealed));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(site.disk).usingRecursiveComparison().isEqualTo(before);
    return refusal;
  }

  /** Sealed answers of the members with these indices to the site's query. */
  private List<Bytes> answers(Site site, int... others) throws Refusal {
    byte[] query = site.apply(m -> m.query()).get(0);
    List<Bytes> answers = new ArrayList<>();
    for (int other : others) {
      answers.add(Bytes.of(world.site(other).handle(query).get(0)));
    }
    return answers;
  }

  private void confirm(Site site) throws Refusal {
    site.handle(world.seal(new StoreAnswers(answers(site, 1, 2, 3))));
    assertThat(site.member().confirmed()).isTrue();
  }

  // --- the attacks

  @Test
  void aNonRevealAskedOfAnEmptiedStore() throws Refusal {
    Site site = emptied();
    site.handle(world.epoch.certificate().orElseThrow());
    byte[] request = world.seal(new NonRevealRequest(task.ref()));
    assertThat(refused(site, request, Reason.STORE_LOST)).hasMessageContaining("sign nothing");
    confirm(site);
    refused(site, request, Reason.STORE_LOST);
  }

  /** Nothing that an emptied store says makes proof of a lie against an honest site. */
  @Test
  void anOldStartReplayedToAnEmptiedStore() throws Refusal {
    byte[] before = world.epochLog.get(0);
    assertThat(Inbox.open(world.notary, before).sender()).isEqualTo(world.site(LOST).name);
    byte[] start = world.seal(new EpochStart(1, world.cohort, 0, Digest.NONE));
    Site site = emptied();
    refused(site, start, Reason.STORE_UNCONFIRMED);
    confirm(site);
    assertThat(refused(site, start, Reason.EPOCH_OLD)).hasMessageContaining("1 was begun");
    EpochKeys keys = UnderAttack.open(world, before, EpochKeys.class);
    EpochKeys ofTheNewStore =
        new EpochKeys(
            1, keys.cohortDigest(), site.member().incarnation(), keys.x25519(), keys.mlKem768());
    byte[] second =
        Inbox.seal(
                new TestNotary(site.name), new Stamp(site.member().incarnation(), 2), ofTheNewStore)
            .toArray();
    assertThat(Equivocation.of(world.notary, before, second)).as("no lie").isEmpty();
  }

  @Test
  void tasksOfRoundsThatTheLostStoreHadAreRefused() throws Refusal {
    Site site = emptied();
    confirm(site);
    world.lastManifest = world.epoch.manifest().orElseThrow();
    EpochDrill drill = new EpochDrill(world);
    assertThat(drill.run(world.cohort, 2).phase()).isEqualTo(EpochServer.Phase.CERTIFIED);
    assertThat(drill.refused).isEmpty();
    world.lastManifest = world.epoch.manifest().orElseThrow();
    Task again = world.task(0, 0, 1, 20, World.INITIAL, List.of());
    assertThat(refused(site, world.seal(again), Reason.STORE_LOST))
        .hasMessageContaining("from round 2 on");
  }

  /** The next round is the new store's, in an epoch that pins it. */
  @Test
  void aConfirmedStoreTakesPartAboveWhatOthersKnow() throws Refusal {
    int[] sum = world.sum(round);
    Digest next = World.digest("s0");
    round = round.result(org.concordat.secureagg.kernel.MerkleRoot.ofWords(sum), next);
    round = world.flight(round, Set.of(LOST));
    for (int i = 1; i < 5; i++) {
      for (byte[] answer : world.site(i).apply(m -> m.adopt(task.digest(), sum.clone(), next))) {
        round = round.accept(answer);
      }
    }
    Site site = emptied();
    site.handle(world.epoch.certificate().orElseThrow());
    site.handle(round.outgoing(site.name).get(round.outgoing(site.name).size() - 1));
    confirm(site);
    assertThat(site.noticed(Notice.StoreConfirmed.class))
        .singleElement()
        .satisfies(confirmed -> assertThat(confirmed.aboveEpoch()).isEqualTo(1));
    world.runEpoch(2, Set.of());
    assertThat(world.lastManifest.pinned(site.name)).contains(site.member().incarnation());
    Task second = world.task(1, 0, 0, 20, next, List.of());
    RoundServer ended =
        world.finish(
            world.flight(world.startRound(second), Set.of()), Set.of(), World.digest("s1"));
    assertThat(ended.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    assertThat(ended.survivors()).contains(site.name);
  }

  // --- what confirms

  @Test
  void aNewStoreSignsNothingBeforeTOthersHaveAnswered() throws Refusal {
    Site site = emptied();
    List<Bytes> two = answers(site, 1, 2);
    refused(site, world.seal(new StoreAnswers(two)), Reason.BAD_QUORUM);
    refused(
        site,
        world.seal(new StoreAnswers(List.of(two.get(0), two.get(1), two.get(1)))),
        Reason.BAD_QUORUM);
    refused(
        site,
        world.seal(new EpochStart(2, world.cohort, 0, Digest.NONE)),
        Reason.STORE_UNCONFIRMED);
    Site other = world.site(1);
    byte[] query = other.apply(m -> m.query()).stream().findFirst().orElse(new byte[0]);
    assertThat(query).as("a confirmed store asks nothing").isEmpty();
    confirm(site);
  }

  @Test
  void answersToAnotherQueryOrStoreAreNone() throws Refusal {
    Site site = emptied();
    List<Bytes> before = answers(site, 1, 2, 3);
    Site again = emptied();
    refused(again, world.seal(new StoreAnswers(before)), Reason.WRONG_STEP);
    answers(again, 1);
    refused(again, world.seal(new StoreAnswers(before)), Reason.BAD_QUORUM);
  }

  /** An unconfirmed store knows nothing, and says nothing for another one. */
  @Test
  void aNewStoreAnswersNoOther() throws Refusal {
    Site site = emptied();
    Site second = world.site(1);
    second.disk.clear();
    second.restart();
    second.apply(m -> m.begin(Optional.empty()));
    second.apply(m -> m.pin(world.cohort));
    byte[] query = site.apply(m -> m.query()).get(0);
    refused(second, query, Reason.STORE_UNCONFIRMED);
  }

  @Test
  void theThirdLostStoreUnderOneRosterNeedsANewEntry() throws Refusal {
    for (int loss = 0; loss < 2; loss++) {
      Site site = emptied();
      confirm(site);
    }
    Site third = emptied();
    byte[] query = third.apply(m -> m.query()).get(0);
    Refusal refusal = UnderAttack.refusal(() -> world.site(1).handle(query));
    assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY_LOSSES);
    assertThat(refusal.culprit()).isEqualTo(third.name);
  }

  @Test
  void answersSayTheHighestEpochAndTheLastRoundOfEachJob() throws Refusal {
    world
        .site(1)
        .handle(world.seal(new EpochStart(7, world.cohort, 1, world.lastManifest.digest())));
    Site site = emptied();
    StoreAnswer answer =
        UnderAttack.open(world, answers(site, 1).get(0).toArray(), StoreAnswer.class);
    assertThat(answer.epoch()).isEqualTo(7);
    assertThat(answer.rounds()).containsExactly(new StoreAnswer.JobRound(World.JOB, 0));
    site.handle(world.seal(new StoreAnswers(answers(site, 1, 2, 3))));
    assertThat(site.noticed(Notice.StoreConfirmed.class).get(0).aboveEpoch()).isEqualTo(7);
  }

  @Test
  void onlyTheCoordinatorBringsAnswersAndOnlyMembersAsk() throws Refusal {
    Site site = emptied();
    StoreAnswers good = new StoreAnswers(answers(site, 1, 2, 3));
    byte[] bySomebody = Inbox.seal(new TestNotary(world.site(4).name), good).toArray();
    refused(site, bySomebody, Reason.NOT_THE_COORDINATOR);
    StoreQuery query = new StoreQuery(World.ROSTER, Bytes.of(new byte[32]));
    byte[] ofAStranger = Inbox.seal(new TestNotary("stranger"), query).toArray();
    refused(world.site(1), ofAStranger, Reason.NOT_A_MEMBER);
    byte[] ofItself = Inbox.seal(new TestNotary(world.site(1).name), query).toArray();
    refused(world.site(1), ofItself, Reason.NOT_A_MEMBER);
    StoreQuery elsewhere = new StoreQuery(World.digest("other roster"), Bytes.of(new byte[32]));
    byte[] underAnother = Inbox.seal(new TestNotary(world.site(2).name), elsewhere).toArray();
    refused(world.site(1), underAnother, Reason.COHORT_MISMATCH);
  }

  /** A store that answers itself would be one of T. */
  @Test
  void ownAnswersDoNotCount() throws Refusal {
    Site site = emptied();
    List<Bytes> answers = answers(site, 1, 2);
    StoreAnswer one = UnderAttack.open(world, answers.get(0).toArray(), StoreAnswer.class);
    answers.add(Inbox.seal(new TestNotary(site.name), one));
    refused(site, world.seal(new StoreAnswers(answers)), Reason.BAD_QUORUM);
    answers.set(2, Inbox.seal(new TestNotary("stranger"), one));
    refused(site, world.seal(new StoreAnswers(answers)), Reason.BAD_QUORUM);
  }

  @Test
  void eachNewStoreAsksWithANonceOfItsOwn() throws Refusal {
    StoreQuery first = query(emptied());
    Site site = emptied();
    StoreQuery second = query(site);
    assertThat(second.nonce()).isNotEqualTo(first.nonce()).isEqualTo(query(site).nonce());
    confirm(site);
    assertThat(query(site).nonce()).as("one has not answered yet").isEqualTo(second.nonce());
    site.handle(world.seal(new StoreAnswers(answers(site, 1, 2, 3, 4))));
    assertThat(site.apply(m -> m.query())).isEmpty();
  }

  private StoreQuery query(Site site) throws Refusal {
    return UnderAttack.open(world, site.apply(m -> m.query()).get(0), StoreQuery.class);
  }

  /** T of the site's own rule is not enough where the job assumes more colluders. */
  @Test
  void aJobWithMoreColludersNeedsMoreAnswers() throws Refusal {
    World seven = new World(7, 2, 61);
    Site site = seven.site(0);
    site.disk.clear();
    site.restart();
    site.apply(m -> m.begin(Optional.empty()));
    Cohort rule =
        Cohort.of(
            "alliance", World.ROSTER, World.POLICY, seven.cohort.members(), World.COORDINATOR, 0);
    site.apply(m -> m.pin(rule));
    site.apply(m -> m.admitJob(World.terms(World.JOB, seven.cohort, 20, World.QUANTISATION)));
    byte[] query = site.apply(m -> m.query()).get(0);
    List<Bytes> answers = new ArrayList<>();
    for (int other = 1; other <= 4; other++) {
      answers.add(Bytes.of(seven.site(other).handle(query).get(0)));
    }
    byte[] start = seven.seal(new EpochStart(1, seven.cohort, 0, Digest.NONE));
    site.handle(seven.seal(new StoreAnswers(answers)));
    assertThat(site.member().confirmed()).isTrue();
    assertThat(refused(site, start, Reason.STORE_UNCONFIRMED)).hasMessageContaining("4 have said");
    answers.add(Bytes.of(seven.site(5).handle(query).get(0)));
    site.handle(seven.seal(new StoreAnswers(answers)));
    assertThat(site.handle(start)).hasSize(1);
  }

  /** Of a job that has ended nothing can be asked any more. */
  @Test
  void jobsThatHaveEndedAreNotInAnswers() throws Refusal {
    world.site(1).apply(m -> m.endJob(World.JOB));
    Site site = emptied();
    StoreAnswer answer =
        UnderAttack.open(world, answers(site, 1).get(0).toArray(), StoreAnswer.class);
    assertThat(answer.rounds()).isEmpty();
  }

  /** A second commitment for one number of a draw would be a choice. */
  @Test
  void aNewStoreTakesNoPartInNumbersOfADrawThatOthersHaveBegun() throws Refusal {
    DrawDrill drill = new DrawDrill(5, 0, 3);
    byte[] start = drill.server.outgoing(drill.site(0).name).get(0);
    for (int other = 1; other < 5; other++) {
      drill.site(other).handle(start);
    }
    Site site = drill.site(0);
    site.disk.clear();
    site.restart();
    site.apply(m -> m.begin(Optional.empty()));
    site.apply(m -> m.pin(drill.alliance));
    byte[] query = site.apply(m -> m.query()).get(0);
    List<Bytes> answers = new ArrayList<>();
    for (int other = 1; other <= 3; other++) {
      answers.add(Bytes.of(drill.site(other).handle(query).get(0)));
    }
    site.handle(drill.seal(new StoreAnswers(answers)));
    Refusal refusal = UnderAttack.refusal(() -> site.handle(start));
    assertThat(refusal.reason()).isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(refusal).hasMessageContaining("0 was begun already");
  }

  /** A member cannot tell a lie from what it missed: whoever carries answers has to judge them. */
  @Test
  void theMostDrawsThatAnyAnswerNamesCount() throws Refusal {
    DrawDrill drill = new DrawDrill(5, 0, 3);
    byte[] start = drill.server.outgoing(drill.site(0).name).get(0);
    Site site = drill.site(0);
    site.disk.clear();
    site.restart();
    site.apply(m -> m.begin(Optional.empty()));
    site.apply(m -> m.pin(drill.alliance));
    byte[] query = site.apply(m -> m.query()).get(0);
    List<Bytes> answers = new ArrayList<>();
    for (int other = 1; other <= 3; other++) {
      answers.add(Bytes.of(drill.site(other).handle(query).get(0)));
    }
    StoreAnswer honest = (StoreAnswer) Inbox.open(drill.notary, answers.get(1).toArray()).message();
    answers.set(
        1,
        Inbox.seal(
            new TestNotary(drill.site(2).name),
            new StoreAnswer(
                honest.asker(),
                honest.incarnation(),
                honest.rosterDigest(),
                honest.nonce(),
                honest.epoch(),
                5,
                honest.rounds())));
    site.handle(drill.seal(new StoreAnswers(answers)));
    Refusal refusal = UnderAttack.refusal(() -> site.handle(start));
    assertThat(refusal.reason()).isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(refusal).hasMessageContaining("4 was begun already");
  }

  // --- old copies and clones

  @Test
  void anOldCopyOfAStoreIsFoundOut() throws Refusal {
    Site site = world.site(1);
    byte[] commitment = site.uploads.get(0).sealedCommitment().toArray();
    TreeMap<String, byte[]> old = copyBefore(site);
    old.put("forming/private-keys", new byte[32]);
    old.putAll(uploadedBefore(site));
    site.disk.clear();
    site.disk.putAll(old);
    site.restart();
    site.apply(m -> m.welcomed(Optional.of(commitment)));
    assertThat(site.noticed(Notice.StoreLost.class)).hasSize(1);
    assertThat(site.member().confirmed()).isFalse();
    assertThat(site.disk.keySet())
        .noneMatch(key -> key.startsWith("secret/") || key.startsWith("forming/"))
        .contains("store/incarnation")
        .doesNotContain("store/confirmed", "store/nonce");
    assertThat(site.blobs).as("its y").isEmpty();
    assertThat(Inbox.openEnvelope(world.notary, site.apply(m -> m.query()).get(0)).stamp())
        .as("counts anew")
        .isEqualTo(new Stamp(site.member().incarnation(), 1));
    refused(site, world.seal(task), Reason.TOKEN_CLOSED);
    Task next = world.task(0, 0, 31, 20, World.INITIAL, List.of());
    refused(site, world.seal(next), Reason.STORE_LOST);
  }

  /** The record of an open token with a masked vector. */
  private static TreeMap<String, byte[]> uploadedBefore(Site site) {
    TreeMap<String, byte[]> record = new TreeMap<>(site.disk.subMap("token/", "token0"));
    record.keySet().removeIf(key -> key.endsWith("/closed"));
    return record;
  }

  /** What the disk was before the task: a copy from before {@code protect}. */
  private TreeMap<String, byte[]> copyBefore(Site site) throws Refusal {
    World fresh = new World(5, 0, 41);
    fresh.runEpoch(1, Set.of());
    fresh.task(0, 0, 0, 20, World.INITIAL, List.of());
    return new TreeMap<>(fresh.site(world.cohort.indexOf(site.name)).disk);
  }

  @Test
  void ofTwoClonesOneBecomesANewStore() throws Refusal {
    Site clone = world.site(1).fork();
    byte[] request =
        world.seal(new NonRevealRequest(world.task(0, 0, 9, 20, World.INITIAL, List.of()).ref()));
    byte[] ofTheFirst = world.site(1).handle(request).get(0);
    byte[] other =
        world.seal(new NonRevealRequest(world.task(0, 0, 8, 20, World.INITIAL, List.of()).ref()));
    byte[] ofTheClone = clone.handle(other).get(0);
    assertThat(Inbox.openEnvelope(world.notary, ofTheFirst).stamp())
        .isEqualTo(Inbox.openEnvelope(world.notary, ofTheClone).stamp());
    clone.apply(m -> m.welcomed(Optional.of(ofTheFirst)));
    assertThat(clone.noticed(Notice.StoreLost.class)).hasSize(1);
    world.site(1).apply(m -> m.welcomed(Optional.of(ofTheFirst)));
    assertThat(world.site(1).noticed(Notice.StoreLost.class)).as("its own").isEmpty();
  }

  @Test
  void aStatementOfAnUnknownStoreOfMineMakesThisOneNew() throws Refusal {
    Site site = world.site(1);
    byte[] ofAnother =
        Inbox.seal(
                new TestNotary(site.name),
                new Stamp(TestNotary.store("elsewhere"), 3),
                new NonReveal(task.ref()))
            .toArray();
    site.apply(m -> m.welcomed(Optional.of(ofAnother)));
    assertThat(site.noticed(Notice.StoreLost.class)).hasSize(1);
  }

  @Test
  void theStatementOfTheLostStoreIsNoSurpriseToTheNewOne() throws Refusal {
    byte[] last = world.site(LOST).uploads.get(0).sealedCommitment().toArray();
    Site site = emptied();
    site.apply(m -> m.welcomed(Optional.of(last)));
    confirm(site);
    site.apply(m -> m.welcomed(Optional.of(last)));
    assertThat(site.noticed(Notice.StoreLost.class)).isEmpty();
    assertThat(site.member().confirmed()).isTrue();
  }

  /** A coordinator that kept it back for later does not make a confirmed store new once more. */
  @Test
  void theStatementOfTheLostStoreThatComesLateIsNoSurpriseEither() throws Refusal {
    byte[] last = world.site(LOST).uploads.get(0).sealedCommitment().toArray();
    Site site = emptied();
    confirm(site);
    site.apply(m -> m.welcomed(Optional.of(last)));
    assertThat(site.noticed(Notice.StoreLost.class)).isEmpty();
    byte[] newer =
        Inbox.seal(
                new TestNotary(site.name),
                new Stamp(TestNotary.store("a clone of the lost one"), 1),
                new ManifestSignature(2, World.digest("manifest 2")))
            .toArray();
    site.apply(m -> m.welcomed(Optional.of(newer)));
    assertThat(site.noticed(Notice.StoreLost.class)).as("above what others know").hasSize(1);
  }

  @Test
  void aTaskOfTheOldStoreIsNotDeclinedByTheNewOne() throws Refusal {
    Site site = world.site(1);
    Task open = world.task(0, 0, 30, 20, World.INITIAL, List.of());
    byte[] newest = site.uploads.get(0).sealedCommitment().toArray();
    site.disk.clear();
    site.disk.putAll(copyBefore(site));
    site.restart();
    site.handle(world.seal(open));
    site.apply(m -> m.welcomed(Optional.of(newest)));
    assertThat(site.member().openTasks()).isEmpty();
    Refusal refusal = UnderAttack.refusal(() -> site.apply(m -> m.giveUp(open.digest(), "lost")));
    assertThat(refusal.reason()).isEqualTo(Reason.STORE_LOST);
  }

  @Test
  void aLastStatementOfSomebodyElseIsRefused() {
    Site site = world.site(1);
    byte[] ofAnother = world.site(2).uploads.get(0).sealedCommitment().toArray();
    Refusal refusal =
        UnderAttack.refusal(() -> site.apply(m -> m.welcomed(Optional.of(ofAnother))));
    assertThat(refusal.reason()).isEqualTo(Reason.MISBOUND);
  }

  // --- statements of a store that the epoch does not pin

  @Test
  void theCoordinatorTakesNothingOfAnotherStore() {
    byte[] sealed =
        Inbox.seal(
                new TestNotary(world.site(1).name),
                new Stamp(TestNotary.store("elsewhere"), 1),
                new NonReveal(task.ref()))
            .toArray();
    Refusal refusal = UnderAttack.refusal(() -> round.accept(sealed));
    assertThat(refusal.reason()).isEqualTo(Reason.WRONG_STORE);
    assertThat(refusal.culprit()).isEqualTo(world.site(1).name);
  }

  @Test
  void twoStoresOfOneMemberInOneEpochsRoundsAreALie() {
    byte[] first = world.site(1).uploads.get(0).sealedCommitment().toArray();
    byte[] second =
        Inbox.seal(
                new TestNotary(world.site(1).name),
                new Stamp(TestNotary.store("elsewhere"), 1),
                new UploadCommitment(
                    world.task(1, 0, 5, 20, World.INITIAL, List.of()).ref(),
                    World.digest("root"),
                    40))
            .toArray();
    assertThat(Equivocation.of(world.notary, first, second))
        .hasValueSatisfying(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(world.site(1).name);
              assertThat(verdict.explanation()).contains("two of its stores");
            });
  }

  @Test
  void aQuorumCountsOnlyPinnedStores() throws Refusal {
    ManifestCertificate certificate =
        UnderAttack.open(world, world.epoch.certificate().orElseThrow(), ManifestCertificate.class);
    List<Bytes> signatures = new ArrayList<>();
    for (Bytes sealed : certificate.signatures()) {
      var received = Inbox.open(world.notary, sealed.toArray());
      signatures.add(
          Inbox.seal(
              new TestNotary(received.sender()),
              new Stamp(TestNotary.store("elsewhere"), 1),
              received.message()));
    }
    ManifestCertificate forged = new ManifestCertificate(1, certificate.manifest(), signatures);
    Site site = emptied();
    refused(site, world.seal(forged), Reason.BAD_QUORUM);
  }
}
