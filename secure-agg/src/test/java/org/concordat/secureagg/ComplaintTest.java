package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Blame;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.crypto.Contexts;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Complaint.Grievance;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.PairEvidence;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.concordat.secureagg.step.Notice;
import org.concordat.testkit.TestRandom;
import org.junit.jupiter.api.Test;

/** Complaints about deposits: the liar of a pair is named by everyone, the honest one never. */
class ComplaintTest {
  private static final int LIAR = 1;

  private static boolean isDeposit(World world, Message message) throws Refusal {
    return message instanceof Parcel parcel
        && Inbox.open(world.notary, parcel.sealedHeader().toArray()).message()
            instanceof SectionHeader header
        && header.kind() == SectionHeader.Kind.DEPOSIT;
  }

  /** The liar deposits something else. */
  static EpochDrill lyingDealer(long seed, UnaryOperator<Parcel> change) {
    EpochDrill drill = new EpochDrill(new World(4, 0, seed));
    Site liar = drill.world.site(LIAR);
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && isDeposit(drill.world, message)
                ? List.of(Liar.resign(liar, Liar.withParts(liar, (Parcel) message, change)))
                : List.of(bytes);
    return drill;
  }

  private static void assertBlamed(EpochDrill drill, String liar, Reason reason) {
    EpochServer epoch = drill.world.epoch;
    assertThat(epoch.phase()).isEqualTo(Phase.FAILED);
    assertThat(epoch.verdicts()).isNotEmpty();
    for (Verdict verdict : epoch.verdicts()) {
      assertThat(verdict.liar()).isEqualTo(liar);
      assertThat(verdict.reason()).isEqualTo(reason);
      assertThat(verdict.proven()).isTrue();
    }
    List<Notice.Judged> judged = drill.judged();
    // One dispute for the one liar, however many complained.
    assertThat(judged).hasSize(4);
    assertThat(judged).allMatch(notice -> epoch.verdicts().contains(notice.verdict()));
    for (Site site : drill.world.sites.values()) {
      assertThat(site.disk).doesNotContainKey("epoch/signed");
    }
  }

  @Test
  void aShareThatDoesNotFitItsHash() {
    EpochDrill drill = lyingDealer(131, p -> Liar.section(p, 0, 70));
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, drill.world.site(LIAR).name, Reason.BAD_SHARE);
  }

  @Test
  void aCommitmentThatDiffersTowardsTheHigherAndTheLower() {
    for (int victim : new int[] {0, 3}) {
      EpochDrill drill =
          lyingDealer(132 + victim, p -> Liar.section(p, victim, DepositLayout.HASHES_BYTES + 5));
      drill.run(drill.world.cohort, 1);
      assertBlamed(drill, drill.world.site(LIAR).name, Reason.COMMITMENT_MISMATCH);
      assertThat(drill.world.site(victim).noticed(Notice.Complained.class)).hasSize(1);
    }
  }

  @Test
  void boxesThatDoNotOpenForTwoVictims() {
    int at = DepositLayout.HASHES_BYTES + DepositLayout.COMMITMENTS_BYTES + 9;
    EpochDrill drill = lyingDealer(137, p -> Liar.section(Liar.section(p, 0, at), 2, at));
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, drill.world.site(LIAR).name, Reason.BAD_BOX);
    assertThat(drill.world.epoch.verdicts()).hasSize(2);
  }

  @Test
  void theNextNumberGoesOnWithoutTheLiarAndItsTokensWork() throws Refusal {
    EpochDrill drill = lyingDealer(138, p -> Liar.section(p, 0, 70));
    World world = drill.world;
    drill.run(world.cohort, 1);
    drill.ofMembers = EpochDrill.NONE;
    Cohort rest = EpochDrill.without(world.cohort, world.site(LIAR).name);
    assertThat(drill.run(rest, 2).phase()).isEqualTo(Phase.CERTIFIED);
    assertThat(world.epoch.participantNames()).isEqualTo(rest.members());
    assertThat(drill.refused).isEmpty();
    drill.run(world.cohort, 3);
    assertThat(drill.refused).isNotEmpty();
    assertThat(drill.refused).allMatch(one -> one.refusal().reason() == Reason.EXCLUDED_MEMBER);
  }

  @Test
  void keysThatTheLiarCannotOpen() {
    EpochDrill drill = new EpochDrill(new World(4, 0, 139));
    Site liar = drill.world.site(LIAR);
    Bytes other = EpochKeyPair.generate(new TestRandom(9)).x25519Public();
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof EpochKeys keys
                ? List.of(
                    Liar.resign(
                        liar,
                        new EpochKeys(
                            keys.epoch(),
                            keys.cohortDigest(),
                            keys.incarnation(),
                            other,
                            keys.mlKem768())))
                : List.of(bytes);
    drill.run(drill.world.cohort, 1);
    EpochServer epoch = drill.world.epoch;
    assertThat(epoch.phase()).isEqualTo(Phase.FAILED);
    assertThat(epoch.verdicts()).allMatch(verdict -> verdict.liar().equals(liar.name));
    assertThat(epoch.verdicts()).anyMatch(verdict -> verdict.reason() == Reason.BAD_OPENING);
  }

  @Test
  void aFalseComplaintBlamesTheComplainer() throws Refusal {
    EpochDrill drill = new EpochDrill(new World(4, 0, 140));
    Site liar = drill.world.site(LIAR);
    // Its own machine is made to believe that it agreed on another key with member 2.
    drill.ofCoordinator =
        (site, bytes, message) -> {
          if (site == liar && message instanceof DepositView) {
            liar.disk.put("forming/pair-key/2", new byte[32]);
            liar.restart();
          }
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, liar.name, Reason.FALSE_COMPLAINT);
    assertThat(drill.sent.stream().filter(KeyOpening.class::isInstance)).hasSize(2);
  }

  /** The complainer's keys decide where it is the higher: nobody waits for a silent accused. */
  @Test
  void theHigherComplainersOpeningIsEnough() {
    EpochDrill drill = lyingDealer(149, p -> Liar.section(p, 3, 70));
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, drill.world.site(LIAR).name, Reason.BAD_SHARE);
    assertThat(drill.sent).noneMatch(OpeningRequest.class::isInstance);
    assertThat(drill.sent.stream().filter(KeyOpening.class::isInstance)).hasSize(1);
  }

  /** Two liars sign an epoch of their own in which the confederate has an honest member's index. */
  private static Bytes complaintAboutAMadeUpStart(World world) {
    Site complainer = world.site(0);
    Site confederate = world.site(3);
    Cohort cohort = EpochDrill.without(world.cohort, world.site(2).name);
    EpochStart start = new EpochStart(1, cohort, 0, Digest.NONE);
    EpochKeys low = keys(cohort, TestNotary.store(complainer.name), 150);
    EpochKeys high = keys(cohort, TestNotary.store(confederate.name), 151);
    List<PairEvidence.KeyDigest> digests =
        List.of(
            new PairEvidence.KeyDigest(0, low.digest()),
            new PairEvidence.KeyDigest(2, high.digest()));
    List<Integer> present = List.of(0, 2);
    Digest context =
        Contexts.ofKeys(start.digest(), new TreeMap<>(Map.of(0, low.digest(), 2, high.digest())));
    Bytes ciphertext = Bytes.of(new byte[EpochKeyPair.CIPHERTEXT_BYTES]);
    Bytes section = Bytes.of(new byte[DepositLayout.sectionBytes(false)]);
    PairEvidence evidence =
        new PairEvidence(
            Bytes.of(start.encode()),
            digests,
            present,
            Bytes.of(low.encode()),
            Bytes.of(high.encode()),
            header(
                complainer,
                SectionHeader.Kind.ENCAPSULATIONS,
                context,
                List.of(Bytes.EMPTY, Bytes.EMPTY, ciphertext)),
            ciphertext,
            header(
                confederate,
                SectionHeader.Kind.DEPOSIT,
                Contexts.ofPresent(context, present),
                List.of(section, Bytes.EMPTY, Bytes.EMPTY)),
            section);
    return Bytes.of(
        ComplaintSafetyTest.seal(complainer, new Complaint(1, 2, Grievance.BAD_BOX, evidence)));
  }

  private static EpochKeys keys(Cohort cohort, Incarnation store, long seed) {
    EpochKeyPair pair = EpochKeyPair.generate(new TestRandom(seed));
    return new EpochKeys(1, cohort.digest(), store, pair.x25519Public(), pair.mlKemPublic());
  }

  private static Bytes header(
      Site author, SectionHeader.Kind kind, Digest context, List<Bytes> sections) {
    List<Digest> digests = sections.stream().map(Bytes::sha256).toList();
    Digest empty = Bytes.EMPTY.sha256();
    return Bytes.of(
        ComplaintSafetyTest.seal(
            author, new SectionHeader(1, kind, context, empty, empty, digests)));
  }

  @Test
  void aComplaintAboutAMadeUpStartBlamesTheComplainerAndMakesNobodyOpen() throws Refusal {
    EpochDrill drill = new EpochDrill(new World(4, 0, 150));
    World world = drill.world;
    Site liar = world.site(0);
    Bytes complaint = complaintAboutAMadeUpStart(world);
    Dispute dispute = new Dispute(1, complaint, List.of());
    assertThat(Blame.judge(world.notary, dispute).proven()).as("it hangs together").isFalse();
    List<Reason> accusedSays = new ArrayList<>();
    drill.ofMembers =
        (site, bytes, message) -> {
          if (site == liar && message instanceof DepositsChecked) {
            byte[] request = world.seal(new OpeningRequest(1, complaint));
            accusedSays.add(ComplaintSafetyTest.refusal(world.site(2), request));
            return List.of(complaint.toArray());
          }
          return List.of(bytes);
        };
    drill.run(world.cohort, 1);
    assertThat(world.epoch.phase()).isEqualTo(Phase.FAILED);
    assertThat(world.epoch.verdicts())
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(liar.name);
              assertThat(verdict.reason()).isEqualTo(Reason.FALSE_COMPLAINT);
            });
    assertThat(accusedSays).isNotEmpty().containsOnly(Reason.FALSE_COMPLAINT);
    assertThat(drill.sent).noneMatch(m -> m instanceof OpeningRequest || m instanceof KeyOpening);
    // To the others it might as well be the coordinator that gave out two starts.
    assertThat(drill.judged()).isEmpty();
    assertThat(drill.refused).isNotEmpty();
    assertThat(drill.refused).allMatch(one -> one.refusal().reason() == Reason.MISBOUND);
    assertThat(world.site(1).disk.keySet()).noneMatch(key -> key.contains("excluded"));
  }

  @Test
  void whoDoesNotOpenIsUnresponsiveAndNobodyTakesThatForProof() {
    EpochDrill drill = lyingDealer(141, p -> Liar.section(p, 0, 70));
    Site liar = drill.world.site(LIAR);
    EpochDrill.Tamper before = drill.ofMembers;
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof KeyOpening
                ? List.of()
                : before.apply(site, bytes, message);
    drill.run(drill.world.cohort, 1);
    assertThat(drill.world.epoch.verdicts())
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(liar.name);
              assertThat(verdict.reason()).isEqualTo(Reason.UNRESPONSIVE);
              assertThat(verdict.proven()).isFalse();
            });
    assertThat(drill.world.site(0).disk.keySet()).noneMatch(key -> key.contains("excluded"));
  }
}
